import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { LogChunk } from "../../src/task-logs/log-chunk.ts";
import { logTask, NOW } from "./fixture.ts";

/** A piece of the log of `logTask()`. */
export function chunkOf(bytes: string, offset: number, fields: Partial<LogChunk> = {}): LogChunk {
  const { id, type, job, info, attempt } = logTask();
  return {
    id,
    type,
    job,
    info,
    attempt,
    key: "0123456789abcdef",
    startedAt: NOW,
    path: "/there/a.log",
    inode: 7,
    offset,
    gzip: gzipSync(bytes).toString("base64"),
    end: null,
    ...fields,
  };
}

/** The end of a log with this text. */
export function endOf(text: string): LogChunk["end"] {
  return { bytes: Buffer.byteLength(text), sha1: createHash("sha1").update(text).digest("hex") };
}
