import type { Position } from "./issue.ts";
import { foldKey } from "../text/near-name.ts";

/** Offsets into the source of one key: of the key itself and of its value. */
export interface KeyOffsets {
  readonly key: number;
  readonly value: number;
}

/** Where one `[[phase]]` and its keys are, by the key as written. */
export interface PhaseOffsets {
  readonly offset: number;
  readonly keys: ReadonlyMap<string, KeyOffsets>;
}

/** Where keys and tables are in a workflow file. The TOML parser returns values without positions, so this finds them. */
export interface TomlOffsets {
  readonly phases: readonly PhaseOffsets[];
  /** Keys and tables of the file itself, by name as written; the first position of each. */
  readonly roots: ReadonlyMap<string, KeyOffsets>;
  position(offset: number): Position;
}

/**
 * Reads only what is needed to find where tables and keys begin. The source has been parsed as TOML before; phases written
 * as inline tables all have the position of their list.
 */
export function findOffsets(source: string): TomlOffsets {
  const scanner = new Scanner(source);
  const phases: { offset: number; keys: Map<string, KeyOffsets> }[] = [];
  const roots = new Map<string, KeyOffsets>();
  let current: Map<string, KeyOffsets> | null = roots;
  while (scanner.skipBlank()) {
    const start = scanner.at;
    if (source[start] !== "[") {
      const key = scanner.key();
      const value = scanner.pastEquals();
      if (current !== null && key !== undefined && !current.has(key)) current.set(key, { key: start, value });
      scanner.skipValue();
      continue;
    }
    const isArray = source[start + 1] === "[";
    const path = scanner.header(isArray ? 2 : 1);
    const [first = "", second] = path;
    if (!roots.has(first)) roots.set(first, { key: start, value: start });
    current = null;
    if (foldKey(first) !== "phase") continue;
    const last = phases.at(-1);
    if (isArray && path.length === 1) {
      current = new Map();
      phases.push({ offset: start, keys: current });
    } else if (last !== undefined && second !== undefined && !last.keys.has(second)) {
      last.keys.set(second, { key: start, value: start });
    }
  }
  return { phases, roots, position: positionsIn(source) };
}

/** 1-based line and column of each of the offsets. */
function positionsIn(source: string): (offset: number) => Position {
  const lineStarts = [0];
  for (let end = source.indexOf("\n"); end !== -1; end = source.indexOf("\n", end + 1)) lineStarts.push(end + 1);
  return (offset) => {
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (lineStarts[low] ?? 0) + 1 };
  };
}

class Scanner {
  readonly source: string;
  at = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** Skips spaces, line ends and comments; false at the end. */
  skipBlank(): boolean {
    for (;;) {
      const char = this.source[this.at];
      if (char === undefined) return false;
      if (char === "#") this.skipLine();
      else if (char === " " || char === "\t" || char === "\n" || char === "\r") this.at += 1;
      else return true;
    }
  }

  /** The first part of a key; leaves the scanner somewhere in front of its `=`. */
  key(): string | undefined {
    return this.path("=")[0];
  }

  header(brackets: number): string[] {
    this.at += brackets;
    const path = this.path("]");
    this.at += brackets;
    return path;
  }

  /** Past `=` and spaces: where the value begins. */
  pastEquals(): number {
    this.at += 1;
    while (this.source[this.at] === " " || this.source[this.at] === "\t") this.at += 1;
    return this.at;
  }

  skipValue(): void {
    let depth = 0;
    for (;;) {
      const char = this.source[this.at];
      if (char === undefined) return;
      if (char === '"' || char === "'") this.string(char);
      else if (char === "#") this.skipLine();
      else if (char === "\n" && depth === 0) return;
      else {
        if (char === "[" || char === "{") depth += 1;
        if (char === "]" || char === "}") depth -= 1;
        this.at += 1;
      }
    }
  }

  private path(end: string): string[] {
    const parts: string[] = [];
    let bare = "";
    for (;;) {
      const char = this.source[this.at];
      if (char === undefined || char === "\n" || char === end || char === ".") {
        if (bare.trim() !== "") parts.push(bare.trim());
        bare = "";
        if (char !== ".") return parts;
        this.at += 1;
      } else if (char === '"' || char === "'") {
        parts.push(this.string(char));
      } else {
        bare += char;
        this.at += 1;
      }
    }
  }

  /** Past a string of any of the four kinds; returns the text between its quotes, escapes unread. */
  private string(quote: string): string {
    const triple = quote.repeat(3);
    const isMultiline = this.source.startsWith(triple, this.at);
    const close = isMultiline ? triple : quote;
    const start = this.at + close.length;
    let end = start;
    while (end < this.source.length && !this.source.startsWith(close, end))
      end += quote === '"' && this.source[end] === "\\" ? 2 : 1;
    this.at = end + close.length;
    // A multi-line string may end in up to two quotes of its own before the closing three.
    if (isMultiline) while (this.source[this.at] === quote) this.at += 1;
    return this.source.slice(start, end);
  }

  private skipLine(): void {
    const end = this.source.indexOf("\n", this.at);
    this.at = end === -1 ? this.source.length : end;
  }
}
