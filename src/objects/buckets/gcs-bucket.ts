import type { Bucket as GcsHandle, FileMetadata } from "@google-cloud/storage";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { toError } from "../../contract/to-error.ts";
import { ObjectError, type ObjectErrorCode } from "../objects.ts";
import {
  type Bucket,
  type BucketCall,
  type ObjectPage,
  PAGE_OBJECTS,
  PART_BYTES,
  type StoredObject,
} from "./bucket.ts";
import { loadClient } from "./client-package.ts";
import { firstLine } from "./first-line.ts";
import { untilSilent } from "./silence.ts";

export const GCS_PACKAGES = ["@google-cloud/storage@^8.4.0"] as const;

const REQUEST_TIMEOUT_MS = 30_000;
const MAX_RETRIES = 3;
/** Before the first retry of a read; twice as long before each other. */
const RETRY_MS = 1000;
const MAX_LISTENERS = 20;

export interface GcsOptions {
  readonly bucket: string;
  readonly prefix: string;
  /** `http://host:port` of an emulator; null: Google. */
  readonly emulator: string | null;
}

/**
 * Loads the client, which is not part of every installation; its credentials are those of the environment, as Google's own
 * tools find them. Throws ObjectError.
 */
export async function openGcsBucket({ bucket, prefix, emulator }: GcsOptions): Promise<Bucket> {
  const { Storage } = await loadClient("gs", GCS_PACKAGES, () => import("@google-cloud/storage"));
  const handle = (autoRetry: boolean): GcsHandle => {
    const storage = new Storage({
      ...(emulator === null ? {} : { apiEndpoint: emulator, projectId: "emulator" }),
      timeout: REQUEST_TIMEOUT_MS,
      retryOptions: { autoRetry, maxRetries: MAX_RETRIES, totalTimeout: 60 },
    });
    // With STORAGE_EMULATOR_HOST in its environment the client leaves the path of the API out.
    if (emulator !== null) storage.baseUrl = `${emulator.replace(/\/$/, "")}/storage/v1`;
    return storage.bucket(bucket);
  };
  // The client ends the process with an error that nobody can catch when it asks a second time for what is read as a stream.
  return new GcsBucket(`gs://${bucket}/${prefix}`, { all: handle(true), streams: handle(false) }, prefix);
}

class GcsBucket implements Bucket {
  readonly address: string;
  readonly #bucket: GcsHandle;
  /** For what is read as a stream, without retries of its own. */
  readonly #streams: GcsHandle;
  readonly #prefix: string;

  constructor(address: string, handles: { readonly all: GcsHandle; readonly streams: GcsHandle }, prefix: string) {
    this.address = address;
    this.#bucket = handles.all;
    this.#streams = handles.streams;
    this.#prefix = prefix;
  }

  async list(prefix: string, cursor: string | null = null, call: BucketCall = {}): Promise<ObjectPage> {
    return await this.#ask(`${this.address}${prefix}`, call, async () => {
      const [files, next] = await this.#bucket.getFiles({
        prefix: this.#prefix + prefix,
        maxResults: PAGE_OBJECTS,
        autoPaginate: false,
        ...(cursor === null ? {} : { pageToken: cursor }),
      });
      const token = (next as { readonly pageToken?: string } | null)?.pageToken;
      return {
        // A name that ends so is what consoles make for an empty folder.
        objects: files
          .filter(({ name }) => !name.endsWith("/"))
          .map(({ name, metadata }) => this.#stored(name, metadata)),
        cursor: token ?? null,
      };
    });
  }

  async find(key: string, call: BucketCall = {}): Promise<StoredObject | null> {
    return await this.#ask(this.address + key, call, async () => {
      try {
        const file = this.#bucket.file(this.#prefix + key);
        const [metadata] = await file.getMetadata();
        return this.#stored(file.name, metadata);
      } catch (error) {
        // A bucket that is not there answers the same to this: `list` tells them apart.
        if (statusOf(error) === 404) return null;
        throw error;
      }
    });
  }

  /** Until the first piece has come, what may succeed later is tried again. */
  async *read(key: string, call: BucketCall = {}): AsyncGenerator<Uint8Array> {
    for (let attempt = 0; ; attempt += 1) {
      let isBegun = false;
      try {
        for await (const piece of this.#readOnce(key, call)) {
          isBegun = true;
          yield piece;
        }
        return;
      } catch (error) {
        const isLater = error instanceof ObjectError && error.code === "unavailable";
        if (!isLater || isBegun || attempt === MAX_RETRIES) throw error;
      }
      await setTimeout(RETRY_MS * 2 ** attempt, undefined, { signal: call.signal }).catch(() => undefined);
    }
  }

  async *#readOnce(key: string, { signal }: BucketCall): AsyncGenerator<Uint8Array> {
    const what = this.address + key;
    // The service's own checksum is of what it stores; whoever needs to be sure compares its own.
    const stream = this.#streams.file(this.#prefix + key).createReadStream({ validation: false, decompress: false });
    // The client itself listens eleven times, and Node would warn of that on standard error.
    stream.setMaxListeners(MAX_LISTENERS);
    const abort = (): void => void stream.destroy(new ObjectError("interrupted", `${what}: it was interrupted.`));
    signal?.addEventListener("abort", abort, { once: true });
    try {
      if (signal?.aborted === true) abort();
      yield* untilSilent(stream, what);
    } catch (error) {
      throw explained(what, error);
    } finally {
      signal?.removeEventListener("abort", abort);
      stream.destroy();
    }
  }

  async create(key: string, content: AsyncIterable<Uint8Array>, { signal }: BucketCall = {}): Promise<StoredObject> {
    const what = this.address + key;
    const file = this.#bucket.file(this.#prefix + key);
    const upload = file.createWriteStream({
      resumable: true,
      chunkSize: PART_BYTES,
      validation: "crc32c",
      preconditionOpts: { ifGenerationMatch: 0 },
    });
    let failure: Error | null = null;
    let own: Error | null = null;
    upload.once("error", (error: Error) => (failure = error));
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        yield* content;
      } catch (error) {
        // A failed upload is thrown in here too, to end the content.
        if (failure === null) own = toError(error);
        throw error;
      }
    }
    try {
      await pipeline(Readable.from(pieces(), { objectMode: false }), upload, signal === undefined ? {} : { signal });
    } catch (error) {
      throw own === null || signal?.aborted === true ? explained(what, error) : own;
    }
    return this.#stored(file.name, file.metadata);
  }

  async remove(key: string, call: BucketCall = {}): Promise<void> {
    await this.#ask(this.address + key, call, async () => {
      await this.#bucket.file(this.#prefix + key).delete({ ignoreNotFound: true });
    });
  }

  close(): void {
    // It keeps no connection that would hold up the end of the process.
  }

  #stored(name: string, { size, timeCreated, generation }: FileMetadata): StoredObject {
    return {
      key: name.slice(this.#prefix.length),
      size: Number(size ?? 0),
      // Of this generation; `updated` changes with the metadata too.
      modifiedAt: Date.parse(timeCreated ?? "") || 0,
      version: String(generation ?? ""),
    };
  }

  /** The client takes no signal for a single request, and gives it up by itself. */
  async #ask<T>(what: string, { signal }: BucketCall, request: () => Promise<T>): Promise<T> {
    if (signal?.aborted === true) throw new ObjectError("interrupted", `${what}: it was interrupted.`);
    try {
      return await request();
    } catch (error) {
      throw explained(what, error);
    }
  }
}

/** The HTTP status of a refusal; null when there was no answer. A refused upload throws an object that is no Error. */
function statusOf(error: unknown): number | null {
  const code = Number((error as { readonly code?: unknown }).code);
  return Number.isInteger(code) ? code : null;
}

function messageOf(error: unknown): string {
  const { message } = error as { readonly message?: unknown };
  return typeof message === "string" ? message : String(error);
}

function explained(what: string, error: unknown): ObjectError {
  if (error instanceof ObjectError) return error;
  if (toError(error).name === "AbortError")
    return new ObjectError("interrupted", `${what}: it was interrupted.`, { cause: error });
  const [code, advice] = meaningOf(statusOf(error));
  return new ObjectError(code, `${what}: Google Cloud Storage says: ${firstLine(messageOf(error))}. ${advice}`, {
    cause: error,
  });
}

function meaningOf(status: number | null): readonly [ObjectErrorCode, string] {
  if (status === 404) return ["not_found", "Check the names of the bucket and the object."];
  if (status === 412) return ["exists", "It was left as it is."];
  if (status === 401 || status === 403)
    return [
      "refused",
      "Give the service account the role Storage Object User on the bucket, or name another key in GOOGLE_APPLICATION_CREDENTIALS.",
    ];
  if (status === null || status === 408 || status === 429 || status >= 500)
    return ["unavailable", "It is tried again later."];
  return ["unreadable", "Check the address."];
}
