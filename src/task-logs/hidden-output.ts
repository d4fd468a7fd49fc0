import type { Redact } from "../contract/redact/redact.ts";
import { HiddenLines } from "./hidden-lines.ts";

const NEWLINE = 10;
const RETURN = 13;
/** A longer line is written in parts. */
const MAX_LINE = 65_536;
/** What of it waits for more: no secret is longer. */
const MAX_SECRET = 4096;
const MAX_CUTS = 8;

/**
 * The output of a command, before it is written: secrets in it are hidden. It is written line by line, so that a secret that came in two
 * pieces is seen; bytes without one stay as they are.
 */
export class HiddenOutput {
  readonly #lines: HiddenLines;
  readonly #redact: Pick<Redact, "text">;
  readonly #write: (bytes: Buffer) => Promise<void> | null;
  #open: Buffer[] = [];
  #openBytes = 0;

  constructor(redact: Pick<Redact, "text">, write: (bytes: Buffer) => Promise<void> | null) {
    this.#redact = redact;
    this.#lines = new HiddenLines(redact);
    this.#write = write;
  }

  /** As `write` of what it writes to. */
  write(chunk: Buffer): Promise<void> | null {
    const end = Math.max(chunk.lastIndexOf(NEWLINE), chunk.lastIndexOf(RETURN)) + 1;
    if (end < chunk.length) {
      const rest = chunk.subarray(end);
      const full = end === 0 ? null : this.#put(this.#taken(chunk.subarray(0, end)));
      this.#open.push(rest);
      this.#openBytes += rest.length;
      return this.#openBytes <= MAX_LINE ? full : (this.#put(this.#beginning()) ?? full);
    }
    return this.#put(this.#taken(chunk));
  }

  /** There is no more. */
  end(): void {
    void this.#put(this.#taken(Buffer.alloc(0)));
  }

  #put(bytes: Buffer): Promise<void> | null {
    return bytes.length === 0 ? null : this.#write(this.#lines.hide(bytes));
  }

  /** All that waits, and what follows it. */
  #taken(more: Buffer): Buffer {
    if (this.#openBytes === 0) return more;
    const all = Buffer.concat([...this.#open, more]);
    this.#open = [];
    this.#openBytes = 0;
    return all;
  }

  /** The part of a long line up to a place where no secret is cut; the rest waits. */
  #beginning(): Buffer {
    const all = this.#taken(Buffer.alloc(0));
    const hide = (bytes: Buffer): string => this.#redact.text(bytes.toString("utf8"));
    const shown = hide(all);
    for (let tried = 1; tried <= MAX_CUTS; tried += 1) {
      const cut = beginningOfLetter(all, all.length - tried * MAX_SECRET);
      const [first, rest] = [all.subarray(0, cut), all.subarray(cut)];
      if (hide(first) + hide(rest) !== shown) continue;
      this.#open = [rest];
      this.#openBytes = rest.length;
      return first;
    }
    // Full of secrets: all of it is hidden at once.
    return all;
  }
}

/** Where no letter of UTF-8 is cut. */
function beginningOfLetter(bytes: Buffer, from: number): number {
  let at = from;
  while (at > from - 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at;
}
