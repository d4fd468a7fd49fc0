import { schemeOf } from "../contract/file-path.ts";
import { BucketObjects } from "./buckets/bucket-objects.ts";
import type { BucketOptions } from "./buckets/open-bucket.ts";
import { LocalObjects } from "./local.ts";
import { NopObjects } from "./nop.ts";
import type { ObjectInfo, Objects } from "./objects.ts";

/** Uses the adapter for the scheme of each path. */
export class AnyObjects implements Objects {
  readonly #local: Objects;
  readonly #buckets: BucketObjects;
  readonly #nop = new NopObjects();

  constructor(options: BucketOptions = { accessKey: "", secretKey: "" }, local: Objects = new LocalObjects()) {
    this.#buckets = new BucketObjects(options);
    this.#local = local;
  }

  async kindOf(path: string): Promise<"file" | "folder" | null> {
    return await this.#adapter(path).kindOf(path);
  }

  async list(folder: string): Promise<readonly ObjectInfo[]> {
    return await this.#adapter(folder).list(folder);
  }

  async names(folder: string): Promise<readonly string[]> {
    return await this.#adapter(folder).names(folder);
  }

  async readBytes(path: string): Promise<Uint8Array> {
    return await this.#adapter(path).readBytes(path);
  }

  async read(path: string): Promise<string> {
    return await this.#adapter(path).read(path);
  }

  close(): void {
    this.#buckets.close();
  }

  #adapter(path: string): Objects {
    const scheme = schemeOf(path);
    if (scheme === null) return this.#local;
    return scheme === "nop" ? this.#nop : this.#buckets;
  }
}
