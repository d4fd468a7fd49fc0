const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
/** How much of a line that is too long is quoted in the error text delivered in its place. */
const QUOTED_BYTES = 1000;

export interface Line {
  /** Without the newline (and a carriage return before it). */
  readonly text: string;
  /** Offset of the first byte, and of the byte after the newline. */
  readonly start: number;
  readonly end: number;
}

export interface LineSplitterOptions {
  /** Offset of the first byte to be pushed. */
  readonly position: number;
  /** A longer line is not kept in memory; an error text, which is not a valid message, is delivered in its place. */
  readonly maxLineBytes: number;
  onLine(line: Line): void;
}

/** Splits a byte stream into lines. A last line without a newline waits for its rest. */
export class LineSplitter {
  readonly #options: LineSplitterOptions;
  #position: number;
  #lineStart: number;
  #chunks: Buffer[] = [];
  #chunkBytes = 0;

  constructor(options: LineSplitterOptions) {
    this.#options = options;
    this.#position = options.position;
    this.#lineStart = options.position;
  }

  /** Offset after the last byte pushed. */
  get position(): number {
    return this.#position;
  }

  /** The caller may overwrite `chunk` afterwards. */
  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const end = this.#position + at + 1 - from;
      this.#emit(chunk.subarray(from, at), end);
      this.#position = end;
      from = at + 1;
    }
    this.#hold(chunk.subarray(from));
    this.#position += chunk.length - from;
  }

  /** The stream has ended: the rest without a newline is the last line. */
  flush(): void {
    if (this.#position > this.#lineStart) this.#emit(Buffer.alloc(0), this.#position);
  }

  #emit(rest: Buffer, end: number): void {
    const start = this.#lineStart;
    const bytes = this.#chunkBytes + rest.length;
    let line = rest;
    if (this.#chunks.length > 0) {
      this.#hold(rest);
      line = Buffer.concat(this.#chunks);
    }
    this.#chunks = [];
    this.#chunkBytes = 0;
    this.#lineStart = end;
    this.#options.onLine({ text: this.#text(line, bytes, start), start, end });
  }

  #text(line: Buffer, bytes: number, start: number): string {
    const max = this.#options.maxLineBytes;
    if (bytes > max) {
      const quoted = line.toString("utf8", 0, QUOTED_BYTES);
      return `line too long: ${bytes} bytes from offset ${start}, but only ${max} are allowed; it begins ${quoted}`;
    }
    return line.toString("utf8", 0, line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length);
  }

  #hold(rest: Buffer): void {
    if (rest.length === 0) return;
    const total = this.#chunkBytes + rest.length;
    if (total <= this.#options.maxLineBytes) {
      this.#chunks.push(Buffer.from(rest));
    } else if (this.#chunkBytes <= this.#options.maxLineBytes) {
      // From here on the bytes of the line are only counted.
      this.#chunks = [
        Buffer.from(Buffer.concat([...this.#chunks, rest.subarray(0, QUOTED_BYTES)]).subarray(0, QUOTED_BYTES)),
      ];
    }
    this.#chunkBytes = total;
  }
}

/**
 * A payload as one line with its newline; null when it is blank, because readers skip blank lines. A newline inside a JSON
 * message can only be white space between tokens, so it is replaced by a space.
 */
export function asLine(payload: string): string | null {
  if (payload.trim() === "") return null;
  return `${payload.includes("\n") || payload.endsWith("\r") ? payload.replaceAll(/\r?\n|\r$/g, " ") : payload}\n`;
}
