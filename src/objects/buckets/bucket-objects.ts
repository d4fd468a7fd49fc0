import { MAX_FILE_BYTES, ObjectError, type ObjectInfo, type Objects } from "../objects.ts";
import { type BucketAddress, readBucketAddress } from "./bucket-address.ts";
import { type Bucket, eachObject } from "./bucket.ts";
import { type BucketOptions, openBucket } from "./open-bucket.ts";

/** More files than this below one folder are not listed: it is not a folder of workflows. */
const MAX_LISTED = 10_000;

/** Files in buckets, by their whole address. A folder is what other names begin with. */
export class BucketObjects implements Objects {
  readonly #options: BucketOptions;
  readonly #open: typeof openBucket;
  /** By endpoint and name; each is opened once. */
  readonly #buckets = new Map<string, Promise<Bucket>>();

  constructor(options: BucketOptions, open: typeof openBucket = openBucket) {
    this.#options = options;
    this.#open = open;
  }

  async kindOf(path: string): Promise<"file" | "folder" | null> {
    const { bucket, key } = await this.#locate(path);
    if (key !== "" && (await bucket.find(key)) !== null) return "file";
    const { objects } = await bucket.list(asFolder(key));
    return objects.length === 0 && key !== "" ? null : "folder";
  }

  async list(folder: string): Promise<readonly ObjectInfo[]> {
    const { bucket, key } = await this.#locate(folder);
    const prefix = asFolder(key);
    const root = folder.endsWith("/") ? folder : `${folder}/`;
    const files: ObjectInfo[] = [];
    for await (const { key: each, size, modifiedAt, version } of eachObject(bucket, prefix)) {
      const name = each.slice(prefix.length);
      // Hidden folders hold what is not meant for us, as on a disk.
      if (
        name
          .split("/")
          .slice(0, -1)
          .some((part) => part.startsWith("."))
      )
        continue;
      if (files.length === MAX_LISTED) throw tooMany(folder);
      files.push({ path: root + name, name, size, modifiedAt, version, unreadable: null });
    }
    return files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async names(folder: string): Promise<readonly string[]> {
    const files = await this.list(folder);
    return files.map(({ name }) => name).filter((name) => !name.includes("/"));
  }

  async readBytes(path: string): Promise<Uint8Array> {
    const { bucket, key } = await this.#locate(path);
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of bucket.read(key)) {
      size += piece.length;
      if (size > MAX_FILE_BYTES) throw tooLarge(path);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  async read(path: string): Promise<string> {
    return Buffer.from(await this.readBytes(path)).toString("utf8");
  }

  close(): void {
    // One that could not be opened has nothing to close.
    for (const bucket of this.#buckets.values()) void bucket.then((opened) => opened.close()).catch(() => undefined);
  }

  async #locate(path: string): Promise<{ bucket: Bucket; key: string }> {
    const address = readBucketAddress(path);
    if (address.kind === "local") throw new ObjectError("scheme_unknown", `${path} is in no bucket.`);
    if (address.kind === "s3") this.#mustKnow(path, address.endpoint);
    const bucket = await this.#bucket({ ...address, prefix: "" });
    return { bucket, key: address.prefix.slice(0, -1) };
  }

  /** Whoever writes workflow files must not make this machine connect to wherever they like. */
  #mustKnow(path: string, endpoint: string | null): void {
    const { hosts } = this.#options;
    if (endpoint === null || hosts === undefined || hosts.includes(new URL(endpoint).host)) return;
    throw new ObjectError(
      "refused",
      `${path} is on a server that the configuration does not name: add it to file.hosts.`,
    );
  }

  /** One that could not be opened is tried again by the next call. */
  async #bucket(address: Exclude<BucketAddress, { kind: "local" }>): Promise<Bucket> {
    const id = JSON.stringify(address);
    let bucket = this.#buckets.get(id);
    if (bucket === undefined) {
      bucket = this.#open(address, this.#options);
      this.#buckets.set(id, bucket);
      bucket.catch(() => this.#buckets.delete(id));
    }
    return await bucket;
  }
}

function asFolder(key: string): string {
  return key === "" ? "" : `${key}/`;
}

function tooMany(folder: string): ObjectError {
  return new ObjectError("unreadable", `${folder} has more than ${MAX_LISTED} files. Name a folder of its own.`);
}

function tooLarge(path: string): ObjectError {
  const limit = MAX_FILE_BYTES / (1024 * 1024);
  return new ObjectError("unreadable", `${path} is larger than ${limit} MiB, which is the limit. Split the file.`);
}
