import { readBucketAddress } from "./buckets/bucket-address.ts";
import { BucketObjects } from "./buckets/bucket-objects.ts";
import type { BucketOptions } from "./buckets/open-bucket.ts";
import { LocalObjects } from "./local.ts";
import { NopObjects } from "./nop.ts";
import { type ObjectInfo, type Objects, storeScheme } from "./objects.ts";

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
    const scheme = storeScheme(path);
    if (scheme === null) return this.#local;
    if (scheme === "nop") return this.#nop;
    // An unknown scheme is refused here.
    return readBucketAddress(path).kind === "local" ? this.#local : this.#buckets;
  }
}
