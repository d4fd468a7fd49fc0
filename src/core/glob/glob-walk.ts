import type { ChoiceNode, GlobNode, GlobProgram, PathUnits } from "./glob-program.ts";

const SLASH = 47;
/** Limit of comparisons of one walk: a path of a few hundred characters needs a few hundred. */
const MAX_STEPS = 20_000;

/** A part of a pattern, and the part of the path that it matched. */
export interface AlignedToken {
  readonly kind: GlobNode["kind"];
  readonly pattern: string;
  readonly took: string;
}

interface Visit {
  readonly node: GlobNode;
  readonly at: number;
}

/**
 * Tries one way through the nodes after the other, the shortest match of each star first. Keeps the way that matched most
 * of the pattern, and of equal ones the one that came furthest in the path.
 */
export class Walk {
  readonly #program: GlobProgram;
  readonly #path: PathUnits;
  readonly #length: number;
  #steps = 0;
  readonly #way: Visit[] = [];
  /** The range in which a star failed last: any position within it fails too. */
  readonly #failed = new Map<number, readonly [number, number]>();
  #best: readonly Visit[] = [];
  #bestNode: GlobNode | null = null;
  /** Units of the literal `bestNode` that matched. */
  #bestUnits = 0;
  #bestAt = -1;
  depth = -1;

  constructor(program: GlobProgram, path: PathUnits) {
    this.#program = program;
    this.#path = path;
    this.#length = path.units.length;
  }

  get gaveUp(): boolean {
    return this.#steps > MAX_STEPS;
  }

  run(): boolean {
    return this.#walk(this.#program.start, 0);
  }

  pathAt(): number {
    return this.#path.indexOf(this.#bestAt);
  }

  #walk(start: GlobNode | null, from: number): boolean {
    const { units } = this.#path;
    const height = this.#way.length;
    let node = start;
    let at = from;
    while (node !== null) {
      this.#way.push({ node, at });
      this.#steps += 1;
      let end = -1;
      if (node.kind === "literal") {
        const wanted = node.units;
        let met = 0;
        while (met < wanted.length && at + met < this.#length && units[at + met] === wanted[met]) met++;
        this.#steps += met;
        if (met < wanted.length) this.#stopped(node, met, at + met);
        else end = at + met;
      } else if (node.kind === "any" || node.kind === "class") {
        end = this.#one(node, at);
        if (end < 0) this.#stopped(node, 0, at);
      } else if (node.kind === "rest") {
        if (!node.afterSlash || at === this.#length || units[at] === SLASH) end = this.#length;
        else this.#stopped(node, 0, at);
      } else {
        const found = node.kind === "choice" ? this.#branch(node, at) : this.#range(node, at);
        if (!found) this.#way.length = height;
        return found;
      }
      if (end < 0 || this.gaveUp) {
        this.#way.length = height;
        return false;
      }
      at = end;
      node = node.next;
    }
    this.#stopped(null, 0, at);
    if (at === this.#length) return true;
    this.#way.length = height;
    return false;
  }

  /** End of the one character that matches, -1 for none. */
  #one(node: GlobNode & { kind: "any" | "class" }, at: number): number {
    if (at >= this.#length) return -1;
    const { code, size } = this.#path.charAt(at);
    if (code === SLASH && (node.kind === "any" || !node.matchesSlash)) return -1;
    if (node.kind === "class" && node.ranges.some(([low, high]) => low <= code && code <= high) === node.negated)
      return -1;
    return at + size;
  }

  #branch(node: ChoiceNode, at: number): boolean {
    return node.branches.some((branch) => this.#walk(branch, at));
  }

  /** A star, or folders: matches nothing first, then more and more. */
  #range(node: GlobNode & { kind: "star" | "folders" }, at: number): boolean {
    const { units } = this.#path;
    const failed = this.#failed.get(node.id);
    if (failed !== undefined && failed[0] <= at && at <= failed[1]) return false;
    let end = at;
    if (node.kind === "star" && node.needsOne && at === this.#length) {
      this.#stopped(node, 0, at);
      return false;
    }
    for (; ; end++) {
      const isNode = node.kind === "star" || end === at || units[end - 1] === SLASH;
      if (isNode && this.#walk(node.next, end)) return true;
      this.#steps += 1;
      if (end >= this.#length || this.gaveUp) break;
      if (node.kind === "star" && !node.crossesSlash && units[end] === SLASH) break;
    }
    // Folders fail at the ends of names only, so the positions between are not known to fail.
    if (node.kind === "star") this.#failed.set(node.id, [at, end]);
    return false;
  }

  /** The way ends before `node` (null: before the end of the pattern), of which `met` units matched. */
  #stopped(node: GlobNode | null, met: number, at: number): void {
    const depth = (node?.depth ?? this.#program.depth) + met;
    if (depth < this.depth || (depth === this.depth && at <= this.#bestAt)) return;
    this.depth = depth;
    // Counted, because copying the way of a pattern of a thousand stars takes long at each step.
    this.#steps += this.#way.length >> 3;
    this.#best = this.#way.slice();
    this.#bestNode = node;
    this.#bestUnits = met;
    this.#bestAt = at;
  }

  /** What the pattern expects where the best way ends, and its index. */
  wanted(pattern: string): { readonly at: number; readonly wanted: string } {
    const node = this.#bestNode;
    if (node === null) return { at: pattern.length, wanted: "" };
    const choice = node.outer;
    if (choice !== null && this.#entered(choice) === this.#bestAt)
      return { at: choice.from, wanted: pattern.slice(choice.from, choice.to) };
    const from = node.kind === "literal" ? (node.begins[this.#bestUnits] ?? node.from) : node.from;
    const to = node.kind === "literal" ? (node.ends[this.#bestUnits] ?? node.to) : node.to;
    return { at: from, wanted: pattern.slice(from, to) };
  }

  #entered(choice: ChoiceNode): number {
    return this.#best.findLast((visit) => visit.node === choice)?.at ?? -1;
  }

  tokens(pattern: string, path: string): readonly AlignedToken[] {
    const tokens: AlignedToken[] = [];
    const stopsAt = this.wanted(pattern).at;
    const best = this.#best;
    for (let index = 0; index < best.length;) {
      const { node, at } = best[index] ?? { node: null, at: 0 };
      if (node === null) break;
      // A choice leads to the node after it that is not part of it.
      let next = index + 1;
      if (node.kind === "choice") while (best[next] !== undefined && best[next]?.node.outer === node) next++;
      const last = next >= best.length;
      const end = last ? this.#bestAt : (best[next]?.at ?? at);
      const isStop = last && this.#bestNode !== null && (this.#bestNode === node || this.#bestNode.outer === node);
      const to = isStop ? stopsAt : node.to;
      const took = path.slice(this.#path.indexOf(at), this.#path.indexOf(end));
      if (to > node.from) tokens.push({ kind: node.kind, pattern: pattern.slice(node.from, to), took });
      index = next;
    }
    return tokens;
  }
}
