/**
 * The port to storage that keeps whole objects by key: a bucket of Google Cloud Storage or of an S3-compatible service, or a
 * local folder. Its adapters are next to this file; `openBucket` picks one by the address.
 */

/** What is stored under a key. */
export interface StoredObject {
  /** Parts joined by `/`, without the prefix of the bucket's address. */
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** When this content was stored: milliseconds since 1970, by the clock of the storage. */
  readonly modifiedAt: number;
  /** Changes with the content: generation, ETag. */
  readonly version: string;
}

export interface ObjectPage {
  /** Ordered by key, by the bytes of its UTF-8. */
  readonly objects: readonly StoredObject[];
  /** For the next page; null when this is the last. */
  readonly cursor: string | null;
}

export interface BucketCall {
  /** Rejects what is going on, with ObjectError `interrupted`. */
  readonly signal?: AbortSignal;
}

/** Every method throws ObjectError, whose message names the object, the reason and what to do. */
export interface Bucket {
  /** As people write it, without a login. */
  readonly address: string;
  /** Objects whose key begins with the prefix, at most 1,000 a page. */
  list(prefix: string, cursor?: string | null, call?: BucketCall): Promise<ObjectPage>;
  /** Null when there is none. */
  find(key: string, call?: BucketCall): Promise<StoredObject | null>;
  /** The content in pieces. A storage that falls silent for a minute is `unavailable`. */
  read(key: string, call?: BucketCall): AsyncIterable<Uint8Array>;
  /** Stores a new object, piece by piece: whole or not at all. Throws `exists`, and changes nothing, when there is one. */
  create(key: string, content: AsyncIterable<Uint8Array>, call?: BucketCall): Promise<StoredObject>;
  /** Does nothing when there is none. */
  remove(key: string, call?: BucketCall): Promise<void>;
  close(): void;
}

/** How long (ms) a storage may say nothing while something is read or written. */
export const SILENCE_MS = 60_000;
/** Objects of one page of a list. */
export const PAGE_OBJECTS = 1000;
/** Bytes of one part of an upload: what is repeated after a connection broke, and what one upload keeps in memory. */
export const PART_BYTES = 8 * 1024 * 1024;

/** Every object whose key begins with the prefix, in order. */
export async function* eachObject(bucket: Bucket, prefix: string, call?: BucketCall): AsyncGenerator<StoredObject> {
  let cursor: string | null = null;
  do {
    const page: ObjectPage = await bucket.list(prefix, cursor, call);
    yield* page.objects;
    cursor = page.cursor;
  } while (cursor !== null);
}
