import { LocalObjects } from "./local.ts";
import { NopObjects } from "./nop.ts";
import { ObjectError, storeScheme, type ObjectInfo, type Objects } from "./objects.ts";

const LATER: ReadonlySet<string> = new Set(["gs", "gcs", "s3", "mc", "mcs"]);

/** Uses the adapter for the scheme of each path. */
export class AnyObjects implements Objects {
  readonly #local: Objects;
  readonly #nop = new NopObjects();

  constructor(local: Objects = new LocalObjects()) {
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

  #adapter(path: string): Objects {
    const scheme = storeScheme(path);
    if (scheme === null) return this.#local;
    if (scheme === "nop") return this.#nop;
    if (LATER.has(scheme)) {
      throw new ObjectError(
        "scheme_later",
        `${path}: ${scheme}:// is not supported yet; object storage comes with a later version. Use a local path.`,
      );
    }
    throw new ObjectError("scheme_unknown", `${path}: unknown scheme ${scheme}://. Use a local path.`);
  }
}
