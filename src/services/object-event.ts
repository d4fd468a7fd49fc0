import { type FileEvent, plainFileEvent } from "../contract/file-event.ts";
import type { StoredObject } from "../objects/buckets/bucket.ts";
import { eventId } from "./announce-files.ts";

/** An object of a watched bucket. */
export interface FoundObject {
  /** With the address of the bucket. */
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: number;
  readonly version: string;
  /** Of its content: another one when it was overwritten, also by the same bytes. */
  readonly fingerprint: string;
}

export function foundObject(folder: string, { key, size, modifiedAt, version }: StoredObject): FoundObject {
  // An ETag is that of the bytes alone. Lists may have the time in seconds.
  const fingerprint = `${size}:${Math.floor(modifiedAt / 1000)}:${version}`;
  return { path: `${folder}/${key}`.toWellFormed(), size, modifiedAt, version, fingerprint };
}

/** A notification of Google Cloud Storage about the same content has the same id, so that both are one event. */
export function objectEventId({ path, version, fingerprint }: FoundObject): string {
  return path.startsWith("gs://") ? `${path}#${version}` : eventId(path, fingerprint);
}

/** `created` is when the content was stored. */
export function objectEvent({ path, size, modifiedAt }: FoundObject): FileEvent {
  return plainFileEvent({ path, size, created: modifiedAt === 0 ? null : modifiedAt });
}
