import type { S3Client } from "@aws-sdk/client-s3";
import { Readable } from "node:stream";
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

export interface S3Options {
  readonly bucket: string;
  readonly prefix: string;
  /** `http://host:port`; null: that of the environment (`AWS_ENDPOINT_URL`), else AWS. */
  readonly endpoint: string | null;
  /** Null: the credentials of the environment, as AWS's own tools find them. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | null;
}

export const S3_PACKAGES = ["@aws-sdk/client-s3@^3.1169.0", "@aws-sdk/lib-storage@^3.1169.0"] as const;

type Clients = typeof import("@aws-sdk/client-s3") & typeof import("@aws-sdk/lib-storage");

const CONNECTION_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 60_000;

/** Loads the client, which is not part of every installation. Throws ObjectError. */
export async function openS3Bucket({ bucket, prefix, endpoint, credentials }: S3Options): Promise<Bucket> {
  const sdk = await loadClient("s3", S3_PACKAGES, clients);
  const client = new sdk.S3Client({
    ...(process.env["AWS_REGION"] === undefined ? { region: "us-east-1" } : {}),
    ...(endpoint === null ? {} : { endpoint }),
    // Services other than AWS have no host name for each bucket.
    forcePathStyle: endpoint !== null || process.env["AWS_ENDPOINT_URL"] !== undefined,
    ...(credentials === null ? {} : { credentials }),
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    maxAttempts: 3,
    requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
  });
  const address = endpoint === null ? `s3://${bucket}/${prefix}` : `${endpoint}/${bucket}/${prefix}`;
  return new S3Bucket(sdk, client, { address, bucket, prefix });
}

async function clients(): Promise<Clients> {
  return { ...(await import("@aws-sdk/client-s3")), ...(await import("@aws-sdk/lib-storage")) };
}

class S3Bucket implements Bucket {
  readonly address: string;
  readonly #sdk: Clients;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(
    sdk: Clients,
    client: S3Client,
    { address, bucket, prefix }: { address: string; bucket: string; prefix: string },
  ) {
    this.address = address;
    this.#sdk = sdk;
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async list(prefix: string, cursor: string | null = null, call: BucketCall = {}): Promise<ObjectPage> {
    const command = new this.#sdk.ListObjectsV2Command({
      Bucket: this.#bucket,
      Prefix: this.#prefix + prefix,
      MaxKeys: PAGE_OBJECTS,
      ContinuationToken: cursor ?? undefined,
    });
    return await this.#ask(`${this.address}${prefix}`, async () => {
      const { Contents = [], IsTruncated, NextContinuationToken } = await this.#client.send(command, aborted(call));
      return {
        objects: Contents.flatMap(({ Key = "", Size, LastModified, ETag }) =>
          // A name that ends so is what consoles make for an empty folder.
          Key.endsWith("/") ? [] : [this.#stored(Key, { Size, LastModified, ETag })],
        ),
        cursor: IsTruncated === true ? (NextContinuationToken ?? null) : null,
      };
    });
  }

  async find(key: string, call: BucketCall = {}): Promise<StoredObject | null> {
    const command = new this.#sdk.HeadObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key });
    return await this.#ask(this.address + key, async () => {
      try {
        const { ContentLength, LastModified, ETag } = await this.#client.send(command, aborted(call));
        return this.#stored(this.#prefix + key, { Size: ContentLength, LastModified, ETag });
      } catch (error) {
        // A bucket that is not there answers the same to this: `list` tells them apart.
        if (statusOf(error) === 404) return null;
        throw error;
      }
    });
  }

  async *read(key: string, call: BucketCall = {}): AsyncGenerator<Uint8Array> {
    const what = this.address + key;
    const command = new this.#sdk.GetObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key });
    const { Body } = await this.#ask(what, async () => await this.#client.send(command, aborted(call)));
    try {
      yield* untilSilent(Body as Readable, what);
    } catch (error) {
      throw explained(what, error, call.signal);
    }
  }

  async create(key: string, content: AsyncIterable<Uint8Array>, call: BucketCall = {}): Promise<StoredObject> {
    const what = this.address + key;
    const upload = new this.#sdk.Upload({
      client: this.#client,
      params: {
        Bucket: this.#bucket,
        Key: this.#prefix + key,
        Body: Readable.from(content, { objectMode: false }),
        IfNoneMatch: "*",
      },
      partSize: PART_BYTES,
      queueSize: 1,
    });
    const abort = (): void => void upload.abort();
    call.signal?.addEventListener("abort", abort, { once: true });
    try {
      if (call.signal?.aborted === true) throw new ObjectError("interrupted", `${what}: it was interrupted.`);
      await upload.done();
    } catch (error) {
      throw explained(what, error, call.signal);
    } finally {
      call.signal?.removeEventListener("abort", abort);
    }
    const stored = await this.find(key, call);
    if (stored === null) throw new ObjectError("unavailable", `${what} is not there right after it was stored.`);
    return stored;
  }

  async remove(key: string, call: BucketCall = {}): Promise<void> {
    const command = new this.#sdk.DeleteObjectCommand({ Bucket: this.#bucket, Key: this.#prefix + key });
    await this.#ask(this.address + key, async () => void (await this.#client.send(command, aborted(call))));
  }

  close(): void {
    this.#client.destroy();
  }

  #stored(
    name: string,
    {
      Size,
      LastModified,
      ETag,
    }: { Size?: number | undefined; LastModified?: Date | undefined; ETag?: string | undefined },
  ): StoredObject {
    return {
      key: name.slice(this.#prefix.length),
      size: Size ?? 0,
      modifiedAt: LastModified?.getTime() ?? 0,
      version: ETag ?? "",
    };
  }

  async #ask<T>(what: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw explained(what, error);
    }
  }
}

function aborted({ signal }: BucketCall): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

/** The HTTP status of a refusal; null when there was no answer. */
function statusOf(error: unknown): number | null {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  return $metadata?.httpStatusCode ?? null;
}

function explained(what: string, error: unknown, signal?: AbortSignal): unknown {
  if (error instanceof ObjectError) return error;
  const { name, message } = toError(error);
  if (name === "AbortError" || signal?.aborted === true)
    return new ObjectError("interrupted", `${what}: it was interrupted.`, { cause: error });
  const status = statusOf(error);
  const [code, advice] = meaningOf(name, status);
  // A proxy in between answers with a page, of which the client says only that it is no XML.
  const answered = status === null ? "" : ` (${status})`;
  return new ObjectError(code, `${what}: the storage says${answered}: ${name}: ${firstLine(message)}. ${advice}`, {
    cause: error,
  });
}

function meaningOf(name: string, status: number | null): readonly [ObjectErrorCode, string] {
  if (status === 404) return ["not_found", "Check the names of the bucket and the object."];
  // 409: another upload of the same key is being completed.
  if (status === 412 || status === 409) return ["exists", "It was left as it is."];
  if (status === 401 || status === 403 || name === "CredentialsProviderError")
    return ["refused", "Check file.access_key and file.secret_key, or the credentials of the environment."];
  if (/Digest|SHA256Mismatch/.test(name))
    return ["unavailable", "What was sent was changed on its way. It is tried again later."];
  if (status === null || status === 408 || status === 429 || status >= 500)
    return ["unavailable", "It is tried again later."];
  return ["unreadable", "Check the address."];
}
