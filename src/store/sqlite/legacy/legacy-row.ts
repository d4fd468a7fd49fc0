import { readLegacyTime } from "./read-time.ts";

/** A row that cannot be imported; the message says why. */
export class RowError extends Error {}

/**
 * Reads the values of one row in order. A value that is not a text is an error of the row; an unreadable time is
 * only left out, and named in `lost`.
 */
export class RowReader {
  readonly lost: string[] = [];
  readonly #names: readonly string[];
  readonly #values: readonly unknown[];

  constructor(names: readonly string[], values: readonly unknown[]) {
    this.#names = names;
    this.#values = values;
  }

  /** Empty for NULL. */
  text(index: number): string {
    const value = this.#values[index];
    if (typeof value === "string") return value;
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    if (value instanceof Uint8Array) return this.#decode(index, value);
    throw this.#error(index, "is not a text");
  }

  /** Milliseconds since 1970; null for no time, and for an unreadable one. */
  time(index: number): number | null {
    const time = readLegacyTime(this.#values[index]);
    if (time.kind === "time") return time.ms;
    if (time.kind === "unreadable") this.lost.push(`${this.#names[index]} ${JSON.stringify(this.#values[index])}`);
    return null;
  }

  /** 0 for NULL. */
  integer(index: number): number {
    const value = this.#values[index];
    if (value === null || value === undefined || value === "") return 0;
    const number = Number(value);
    if (!Number.isSafeInteger(Math.trunc(number))) throw this.#error(index, "is not an integer");
    return Math.trunc(number);
  }

  /** A JSON list of texts; empty for NULL. */
  texts(index: number): readonly string[] {
    const text = this.text(index);
    if (text === "") return [];
    let list: unknown;
    try {
      list = JSON.parse(text);
    } catch {
      throw this.#error(index, "is not valid JSON");
    }
    if (list === null) return [];
    if (!Array.isArray(list)) throw this.#error(index, "is not a JSON list");
    return list.map((element) => (typeof element === "string" ? element : JSON.stringify(element)));
  }

  #decode(index: number, bytes: Uint8Array): string {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch {
      throw this.#error(index, "is not a text");
    }
  }

  #error(index: number, what: string): RowError {
    return new RowError(`${this.#names[index]} ${what}`);
  }
}

/** The row as JSON by column, for `dead_letters`; bytes in hex. */
export function rowJson(names: readonly string[], values: readonly unknown[]): string {
  const shown = (value: unknown): unknown => (value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value);
  return JSON.stringify(Object.fromEntries(names.map((name, index) => [name, shown(values[index])])));
}
