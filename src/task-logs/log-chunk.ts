import { isObject } from "../contract/json-pairs.ts";
import { RUNNING } from "../contract/task-report.ts";

/** Bytes of output in one message before they are compressed; as base64 not half of what the smallest broker takes. */
export const MAX_CHUNK_BYTES = 192 * 1024;
/** Of a task with a longer info the log stays with its worker: a message must stay small. */
export const MAX_CHUNK_INFO = 32 * 1024;

/** A piece of the output of one delivery of a task, from a worker on another machine. An addition of this Flowlord. */
export interface LogChunk {
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  /** From 0. */
  readonly attempt: number;
  /** Of the delivery: 16 hexadecimal digits. */
  readonly key: string;
  /** When it began, milliseconds since 1970, by the clock of its worker. */
  readonly startedAt: number;
  /** The file on the machine of the worker, and its number there: when the instance sees the same file, it needs no copy. */
  readonly path: string;
  readonly inode: number;
  /** Where the bytes belong. */
  readonly offset: number;
  /** The bytes, compressed with gzip, in base64; empty: none. */
  readonly gzip: string;
  /** With the last piece: how long the log is, and the SHA-1 of all of it. */
  readonly end: { readonly bytes: number; readonly sha1: string } | null;
}

/** How such a message begins: each message of the done topic is asked, and none is searched through. */
const BEGINNING = '{"output":{"key":"';
const KEY = /^[0-9a-f]{16}$/;
const SHA1 = /^[0-9a-f]{40}$/;
const MAX_PATH = 4096;

/** The message on the done topic. */
export function writeLogChunk({ id, type, job, info, ...chunk }: LogChunk): string {
  const { key, attempt, startedAt: started_at, path, inode, offset, gzip, end } = chunk;
  const output = { key, attempt, started_at, path, inode, offset, gzip, ...(end === null ? {} : { end }) };
  return JSON.stringify({ output, id, type, job, info, result: RUNNING });
}

/** Whether a message of the done topic is a piece of a log. Costs next to nothing for the others. */
export function isLogChunk(payload: string): boolean {
  return payload.startsWith(BEGINNING);
}

/** Null: it cannot be read. */
export function readLogChunk(payload: string): LogChunk | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch {
    // The caller drops it and says so.
    return null;
  }
  const output = isObject(parsed) ? parsed["output"] : null;
  if (!isObject(parsed) || !isObject(output)) return null;
  const [id, type, job, info] = [parsed["id"], parsed["type"], parsed["job"], parsed["info"]];
  const { key, attempt, started_at: startedAt, path, inode, offset, gzip } = output;
  if (!isText(id) || !isText(type) || !isText(job) || !isText(info)) return null;
  if (!isText(key) || !KEY.test(key) || !isText(path) || path.length > MAX_PATH || !isText(gzip)) return null;
  if (!isCount(attempt) || !isCount(startedAt) || !isCount(inode) || !isCount(offset)) return null;
  const end = readEnd(output["end"]);
  if (end === undefined) return null;
  return { id, type, job, info, attempt, key, startedAt, path, inode, offset, gzip, end };
}

/** Undefined: it cannot be read. */
function readEnd(value: unknown): LogChunk["end"] | undefined {
  if (value === undefined) return null;
  if (!isObject(value)) return undefined;
  const { bytes, sha1 } = value;
  return isCount(bytes) && isText(sha1) && SHA1.test(sha1) ? { bytes, sha1 } : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
