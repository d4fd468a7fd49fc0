import { bytesOfText, runeAt } from "../text/byte-text.ts";
import type { Chunk } from "./glob-pattern.ts";

/** Which of the two kinds of patterns: `files` is Go's `filepath.Match`, `files_glob` knows `**` and `{a,b}` too. */
export type GlobLanguage = "files" | "files_glob";

interface PatternSpan {
  readonly id: number;
  /** Where it is in the pattern: indexes into its text. */
  readonly from: number;
  readonly to: number;
  /** Units of text that must have matched before it, without those of stars and folders. */
  readonly depth: number;
  /** The outermost choice that it is a part of. */
  readonly outer: ChoiceNode | null;
  /** Null: the end of the pattern. */
  next: GlobNode | null;
}

/** `{a,b}`. An empty branch is the node after the choice. */
export interface ChoiceNode extends PatternSpan {
  readonly kind: "choice";
  readonly branches: (GlobNode | null)[];
}

export type GlobNode =
  | ChoiceNode
  | (PatternSpan & {
      readonly kind: "literal";
      readonly units: readonly number[];
      /** Begin and end in the pattern of the character that each unit belongs to. */
      readonly begins: readonly number[];
      readonly ends: readonly number[];
    })
  | (PatternSpan & { readonly kind: "any" })
  | (PatternSpan & {
      readonly kind: "class";
      readonly negated: boolean;
      readonly ranges: readonly (readonly [number, number])[];
      readonly matchesSlash: boolean;
    })
  /** `needsOne`: a star that is a complete part of the path must match at least one character. */
  | (PatternSpan & { readonly kind: "star"; readonly crossesSlash: boolean; readonly needsOne: boolean })
  /** `**` with its slash: any number of folders, even none; `rest`: everything left. */
  | (PatternSpan & { readonly kind: "folders" })
  | (PatternSpan & { readonly kind: "rest"; readonly afterSlash: boolean });

/** A pattern as nodes that lead from one to the next. */
export interface GlobProgram {
  readonly start: GlobNode | null;
  /** Depth at the end. */
  readonly depth: number;
  readonly nodes: number;
}

/** A path in the units that a language compares. */
export interface PathUnits {
  readonly units: ArrayLike<number>;
  /** Index in the text of the character that the unit belongs to. */
  indexOf(unit: number): number;
  /** The character at a unit and how many units it takes. */
  charAt(unit: number): { readonly code: number; readonly size: number };
}

/** A path that is compared with several patterns: its units are made once for each language. */
export class PathText {
  readonly text: string;
  #bytes: PathUnits | null = null;
  #units: PathUnits | null = null;

  constructor(text: string) {
    this.text = text;
  }

  in(language: GlobLanguage): PathUnits {
    if (language === "files") return (this.#bytes ??= bytesOfPath(this.text));
    return (this.#units ??= unitsOfPath(this.text));
  }
}

/** Go compares bytes. */
function bytesOfPath(path: string): PathUnits {
  const units = bytesOfText(path);
  const charAt = (unit: number) => runeAt(units, unit);
  if (units.length === path.length) return { units, indexOf: (unit) => unit, charAt };
  const indexes: number[] = [];
  let index = 0;
  for (const char of path) {
    for (let size = bytesOfText(char).length; size > 0; size--) indexes.push(index);
    index += char.length;
  }
  indexes.push(index);
  return { units, indexOf: (unit) => indexes[unit] ?? path.length, charAt };
}

/** The regular expressions behind `files_glob` compare units of UTF-16. */
function unitsOfPath(path: string): PathUnits {
  const units = Array.from({ length: path.length }, (_, index) => path.charCodeAt(index));
  return { units, indexOf: (unit) => unit, charAt: (unit) => ({ code: units[unit] ?? 0, size: 1 }) };
}

/** The pattern of `files`, as the matcher has cut it. Null when it is malformed. */
export function programOfChunks(chunks: readonly Chunk[]): GlobProgram | null {
  const nodes: GlobNode[] = [];
  let depth = 0;
  const spanNode = (from: number, to: number) => ({ id: nodes.length, from, to, depth, outer: null, next: null });
  for (const chunk of chunks) {
    if (chunk.malformed) return null;
    if (chunk.star) {
      nodes.push({ ...spanNode(chunk.from, chunk.starTo), kind: "star", crossesSlash: false, needsOne: false });
    }
    const { tokens } = chunk;
    for (let at = 0; at < tokens.length;) {
      const token = tokens[at];
      if (token === undefined) break;
      if (token.kind !== "byte") {
        const { from, to } = token;
        if (token.kind === "any") nodes.push({ ...spanNode(from, to), kind: "any" });
        else nodes.push({ ...spanNode(from, to), ...token, matchesSlash: true });
        depth += 1;
        at += 1;
        continue;
      }
      const units: number[] = [];
      const begins: number[] = [];
      const ends: number[] = [];
      for (let next = tokens[at]; next?.kind === "byte"; next = tokens[++at]) {
        units.push(next.byte);
        begins.push(next.from);
        ends.push(next.to);
      }
      nodes.push({ ...spanNode(token.from, ends.at(-1) ?? token.to), kind: "literal", units, begins, ends });
      depth += units.length;
    }
  }
  nodes.forEach((node, index) => (node.next = nodes[index + 1] ?? null));
  return { start: nodes[0] ?? null, depth, nodes: nodes.length };
}
