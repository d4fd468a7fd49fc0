import { constants } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { isMissing, LogError, type FoundLog } from "./find-logs.ts";

/** Read at a time, whatever the size of the log. */
const CHUNK_BYTES = 65_536;
const NEWLINE = 10;

/** An open log, read in ranges of bytes. It stays the same file when it is renamed because its end came. */
export class OpenLog {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #wasPartial: boolean;

  private constructor(path: string, file: FileHandle, wasPartial: boolean) {
    this.path = path;
    this.#file = file;
    this.#wasPartial = wasPartial;
  }

  /** Null: it is gone, or has another name by now. Throws LogError. */
  static async open({ path, isPartial }: Pick<FoundLog, "path" | "isPartial">): Promise<OpenLog | null> {
    try {
      // A link in place of the log may lead anywhere.
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      return new OpenLog(path, file, isPartial);
    } catch (error) {
      if (isMissing(error)) return null;
      throw new LogError(path, error);
    }
  }

  async size(): Promise<number> {
    return (await this.#guarded(this.#file.stat())).size;
  }

  /** Its end has not come from the other machine. */
  async isPartial(): Promise<boolean> {
    if (!this.#wasPartial) return false;
    try {
      await stat(this.path);
      return true;
    } catch (error) {
      // It got its final name.
      if (isMissing(error)) return false;
      throw new LogError(this.path, error);
    }
  }

  /** The bytes from `from` up to `to`, in pieces. A log that is shorter ends earlier. */
  async *range(from: number, to: number): AsyncGenerator<Buffer> {
    for (let at = from; at < to;) {
      const piece = await this.#read(at, Math.min(CHUNK_BYTES, to - at));
      if (piece.length === 0) return;
      yield piece;
      at += piece.length;
    }
  }

  /** Where the last `lines` lines before `end` begin. Reads from the end, as far as it must. */
  async tailStart(lines: number, end: number): Promise<number> {
    if (lines === 0) return end;
    let left = lines;
    for (let to = end; to > 0;) {
      const from = Math.max(0, to - CHUNK_BYTES);
      const piece = await this.#read(from, to - from);
      for (let at = piece.length - 1; at >= 0; at -= 1) {
        // The last line break ends the last line, it does not begin one.
        if (piece[at] !== NEWLINE || from + at === end - 1) continue;
        left -= 1;
        if (left === 0) return from + at + 1;
      }
      to = from;
    }
    return 0;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #read(at: number, length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#guarded(this.#file.read(Buffer.allocUnsafe(length), 0, length, at));
    return buffer.subarray(0, bytesRead);
  }

  async #guarded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw new LogError(this.path, error);
    }
  }
}
