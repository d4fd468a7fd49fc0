import type { ChoiceNode, GlobNode, GlobProgram } from "./glob-program.ts";

type Range = readonly [number, number];
type OwnFields<N> = N extends GlobNode ? Omit<N, "id" | "from" | "to" | "depth" | "outer" | "next"> : never;

/** A sequence that is being read: its first node, and the nodes at its end that have no next one yet. */
interface Sequence {
  first: GlobNode | null;
  readonly open: ((next: GlobNode | null) => void)[];
  depth: number;
}

/**
 * A `files_glob` as nodes, as docs/workflow-files.md describes it. The library that decides knows some more forms; its
 * result is compared with that of these nodes (glob-align.ts).
 */
export function programOfFilesGlob(pattern: string): GlobProgram {
  const reader = new TokenReader(pattern);
  const sequence = reader.sequence(0, null, false);
  for (const close of sequence.open) close(null);
  return { start: sequence.first, depth: sequence.depth, nodes: reader.nodes };
}

class TokenReader {
  readonly #pattern: string;
  #at = 0;
  nodes = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  /** Reads up to the end, or to the `,` or `}` of the choice that it is a branch of. */
  sequence(depth: number, outer: ChoiceNode | null, isBranch: boolean): Sequence {
    const into: Sequence = { first: null, open: [], depth };
    const start = this.#at;
    while (this.#at < this.#pattern.length) {
      const char = this.#pattern[this.#at];
      if (isBranch && (char === "," || char === "}")) break;
      if (char === "*") this.#stars(into, outer, start);
      else if (char === "/" && this.#isRest()) {
        this.#add(into, outer, this.#at, this.#at + 3, { kind: "rest", afterSlash: true });
      } else if (char === "?") {
        this.#add(into, outer, this.#at, this.#at + 1, { kind: "any" });
        into.depth += 1;
      } else if (char === "[" && this.#class(into, outer)) into.depth += 1;
      else if (char === "{" && this.#choice(into, outer)) continue;
      else this.#literal(into, outer, isBranch);
    }
    return into;
  }

  /** A slash, then `**` up to the end of the pattern. */
  #isRest(): boolean {
    return this.#pattern.startsWith("/**", this.#at) && this.#at + 3 === this.#pattern.length;
  }

  #stars(into: Sequence, outer: ChoiceNode | null, start: number): void {
    const from = this.#at;
    let to = from;
    while (this.#pattern[to] === "*") to++;
    const before = this.#pattern[from - 1];
    const after = this.#pattern[to];
    const begins = from === 0 || before === "/" || (from === start && outer !== null);
    const isComplete =
      begins && (after === undefined || after === "/" || (outer !== null && (after === "," || after === "}")));
    if (to - from === 2 && isComplete) {
      if (after === "/") this.#add(into, outer, from, to + 1, { kind: "folders" });
      else if (after === undefined) this.#add(into, outer, from, to, { kind: "rest", afterSlash: false });
      else this.#add(into, outer, from, to, { kind: "star", crossesSlash: true, needsOne: false });
      return;
    }
    const needsOne = to - from === 1 && outer === null && (from === 0 || before === "/");
    this.#add(into, outer, from, to, { kind: "star", crossesSlash: false, needsOne });
  }

  #literal(into: Sequence, outer: ChoiceNode | null, isBranch: boolean): void {
    const from = this.#at;
    const units: number[] = [];
    const begins: number[] = [];
    const ends: number[] = [];
    let at = from;
    while (at < this.#pattern.length) {
      const char = this.#pattern[at] ?? "";
      if (at > from && ("*?[{".includes(char) || (isBranch && (char === "," || char === "}")))) break;
      this.#at = at;
      if (at > from && char === "/" && this.#isRest()) break;
      const size = char === "\\" && at + 1 < this.#pattern.length ? 2 : 1;
      units.push(this.#pattern.charCodeAt(at + size - 1));
      begins.push(at);
      ends.push(at + size);
      at += size;
    }
    this.#add(into, outer, from, at, { kind: "literal", units, begins, ends });
    into.depth += units.length;
  }

  /** False when this is not a class, only a bracket. */
  #class(into: Sequence, outer: ChoiceNode | null): boolean {
    const negated = this.#pattern[this.#at + 1] === "^";
    const ranges: Range[] = [];
    let at = this.#at + (negated ? 2 : 1);
    for (; this.#pattern[at] !== "]" || ranges.length === 0;) {
      const low = this.#classChar(at);
      if (low === null) return false;
      at += low.size;
      const high = this.#pattern[at] === "-" && this.#pattern[at + 1] !== "]" ? this.#classChar(at + 1) : null;
      if (high !== null) at += high.size + 1;
      ranges.push([low.code, high?.code ?? low.code]);
    }
    this.#add(into, outer, this.#at, at + 1, { kind: "class", negated, ranges, matchesSlash: false });
    return true;
  }

  #classChar(at: number): { code: number; size: number } | null {
    const size = this.#pattern[at] === "\\" ? 2 : 1;
    const code = this.#pattern.charCodeAt(at + size - 1);
    return Number.isNaN(code) ? null : { code, size };
  }

  /** False when the braces contain neither a comma nor a range: then they are plain characters. */
  #choice(into: Sequence, outer: ChoiceNode | null): boolean {
    const from = this.#at;
    const to = this.#closing(from);
    if (to === null) return false;
    const range = /^(\w)\.\.(\w)$/.exec(this.#pattern.slice(from + 1, to - 1));
    if (range !== null) {
      const codes = [range[1] ?? "", range[2] ?? ""].map((char) => char.charCodeAt(0)).toSorted((a, b) => a - b);
      const ranges: Range[] = [[codes[0] ?? 0, codes[1] ?? 0]];
      this.#add(into, outer, from, to, { kind: "class", negated: false, ranges, matchesSlash: false });
      into.depth += 1;
      return true;
    }
    const node = this.#add(into, outer, from, to, { kind: "choice", branches: [] }) as ChoiceNode;
    // What follows the choice also follows each of its branches, and replaces an empty one.
    into.open.length = 0;
    let deepest = into.depth;
    this.#at = from + 1;
    for (;;) {
      const index = node.branches.length;
      const branch = this.sequence(into.depth, outer ?? node, true);
      node.branches.push(branch.first);
      if (branch.first === null) into.open.push((next) => (node.branches[index] = next));
      else into.open.push(...branch.open);
      deepest = Math.max(deepest, branch.depth);
      if (this.#pattern[this.#at++] !== ",") break;
    }
    into.open.push((next) => (node.next = next));
    into.depth = deepest;
    return true;
  }

  /** The end of the braces that open here; null when they are neither a choice nor a range. */
  #closing(from: number): number | null {
    let level = 0;
    let isChoice = false;
    for (let at = from; at < this.#pattern.length; at++) {
      const char = this.#pattern[at];
      if (char === "\\") at++;
      else if (char === "{") level += 1;
      else if (char === "," && level === 1) isChoice = true;
      else if (char === "}" && --level === 0) {
        return isChoice || /^\w\.\.\w$/.test(this.#pattern.slice(from + 1, at)) ? at + 1 : null;
      }
    }
    return null;
  }

  #add(into: Sequence, outer: ChoiceNode | null, from: number, to: number, own: OwnFields<GlobNode>): GlobNode {
    const node = { id: this.nodes++, from, to, depth: into.depth, outer, next: null, ...own } as GlobNode;
    for (const close of into.open) close(node);
    into.open.length = 0;
    into.open.push((next) => (node.next = next));
    into.first ??= node;
    this.#at = to;
    return node;
  }
}
