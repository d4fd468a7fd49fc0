import type { FileHandle } from "node:fs/promises";
import Denque from "denque";

/** How many bytes of a file's beginning identify it, so that a replacement is noticed. */
export const HEAD_BYTES = 128;

/** Where the file bus stores how far each topic was read. */
export interface OffsetStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  /** The last restore of what is stored here to an earlier time; null or absent: none. */
  restored?(): Promise<RestoredOffsets | null>;
}

export interface RestoredOffsets {
  readonly id: string;
  /** Nobody has decided about what it holds: a topic without a position may have been read before it, too. */
  readonly isOpen: boolean;
}

/** One file, from its first line on. A truncated or replaced file is a new generation. */
export interface StoredGeneration {
  /** Counted per topic. Part of the delivery ids, so that no two lines share one. */
  readonly number: number;
  readonly inode: number;
  /** Everything before it is acknowledged. */
  readonly offset: number;
  /** The first bytes, at most 128 and not beyond the offset; base64. */
  readonly head: string;
  /** The last line before the offset, by which a copy of the file is known on another disk; absent: of an earlier version. */
  readonly last?: LastLine | null;
  /** Lines before this offset were there at the first start after a restore, and may have been handled before it. */
  readonly rereadTo?: number;
}

export interface LastLine {
  readonly start: number;
  /** CRC-32 of its text. */
  readonly sum: number;
}

export interface StoredPosition {
  /** Number of the latest generation. */
  readonly last: number;
  /** Generations that are not fully read and acknowledged, oldest first. */
  readonly files: readonly StoredGeneration[];
  /** The restore of which `rereadTo` is known; absent: none. */
  readonly restore?: string;
}

/** A line that was read and is not acknowledged yet. */
export interface TrackedLine {
  readonly tracker: AckTracker;
  readonly end: number;
  readonly bytes: number;
  /** Of its text, as of LastLine. */
  readonly sum: number;
  acked: boolean;
}

/** Tracks how far the lines of a file are acknowledged without a gap. */
export class AckTracker {
  readonly #lines = new Denque<TrackedLine>();
  #offset: number;
  #last: LastLine | null;

  constructor(offset: number, last: LastLine | null = null) {
    this.#offset = offset;
    this.#last = last;
  }

  /** The last line before the offset. */
  get last(): LastLine | null {
    return this.#last;
  }

  get offset(): number {
    return this.#offset;
  }

  /** Lines read since the first unacknowledged one. */
  get outstanding(): number {
    return this.#lines.length;
  }

  add(end: number, bytes: number, sum: number): TrackedLine {
    const line: TrackedLine = { tracker: this, end, bytes, sum, acked: false };
    this.#lines.push(line);
    return line;
  }

  /** True when the offset moved. */
  ack(line: TrackedLine): boolean {
    line.acked = true;
    const before = this.#offset;
    for (let first = this.#lines.peekFront(); first?.acked === true; first = this.#lines.peekFront()) {
      this.#offset = first.end;
      this.#last = { start: first.end - first.bytes, sum: first.sum };
      this.#lines.shift();
    }
    return this.#offset !== before;
  }
}

export function formatPosition(position: StoredPosition): string {
  return JSON.stringify(position);
}

/** Throws when the text is not a valid position: starting over would reuse the ids of old lines. */
export function parsePosition(text: string): StoredPosition {
  const value: unknown = JSON.parse(text);
  if (!isObject(value) || typeof value["last"] !== "number" || !Array.isArray(value["files"]))
    throw new TypeError(text);
  const files: unknown[] = value["files"];
  if (!files.every(isGeneration)) throw new TypeError(text);
  const restore = value["restore"];
  return { last: value["last"], files, ...(typeof restore === "string" ? { restore } : {}) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isGeneration(value: unknown): value is StoredGeneration {
  return (
    isObject(value) &&
    typeof value["number"] === "number" &&
    typeof value["inode"] === "number" &&
    typeof value["offset"] === "number" &&
    typeof value["head"] === "string"
  );
}

/** The first bytes of a file, at most `upTo` and HEAD_BYTES. */
export async function readHead(handle: FileHandle, upTo: number): Promise<Buffer> {
  const head = Buffer.alloc(Math.min(HEAD_BYTES, upTo));
  let bytes = 0;
  while (bytes < head.length) {
    const { bytesRead } = await handle.read(head, bytes, head.length - bytes, bytes);
    if (bytesRead === 0) break;
    bytes += bytesRead;
  }
  return head.subarray(0, bytes);
}
