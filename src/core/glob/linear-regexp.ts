/**
 * Regular expressions without backtracking: the time is the length of the text times the size of the expression, whatever the
 * two are. Only the syntax is known that picomatch writes: no back references, no look-behind. The answer is that of the
 * engine, which tries ways in another order, because whether one exists does not depend on the order.
 */

type Accepts = (unit: number) => boolean;

/** A step of the program; `next` and `other` are indexes of steps. */
type Step =
  | { readonly kind: "unit"; readonly accepts: Accepts }
  | { readonly kind: "split"; next: number; other: number }
  | { readonly kind: "start" | "end" | "match" }
  /** Whether the steps from the next one on lead to a match, or to none; then it goes on at `next`. */
  | { readonly kind: "ahead"; readonly isNegative: boolean; next: number };

type Node =
  | { readonly kind: "unit"; readonly accepts: Accepts }
  | { readonly kind: "start" | "end" }
  | { readonly kind: "sequence" | "choice"; readonly nodes: readonly Node[] }
  | { readonly kind: "ahead"; readonly isNegative: boolean; readonly node: Node }
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number };

/** More copies of a part than this are not made. */
const MAX_COUNT = 64;

/** The test of a complete regular expression (with the flag `s`); null: it has something that is not known here. */
export function linearTest(source: string): ((text: string) => boolean) | null {
  const node = new RegExpReader(source).read();
  if (node === null) return null;
  const steps: Step[] = [];
  write(node, steps);
  steps.push({ kind: "match" });
  return (text) => new Run(steps, text).searches();
}

/**
 * How often a regular expression says "as many as you like": the exponent of the time that backtracking may take. A group
 * that is repeated may contain more of them, so that the time doubles with each character: Infinity.
 */
export function countStars(source: string): number {
  const plain = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/g, "");
  return plain.includes(")+") ? Infinity : (plain.match(/[*+]/g)?.length ?? 0);
}

class RegExpReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Node | null {
    const node = this.#choice();
    return this.#at === this.#source.length ? node : null;
  }

  #choice(): Node | null {
    const nodes: Node[] = [];
    do {
      const node = this.#sequence();
      if (node === null) return null;
      nodes.push(node);
    } while (this.#takes("|"));
    return nodes.length === 1 ? (nodes[0] ?? null) : { kind: "choice", nodes };
  }

  #sequence(): Node | null {
    const nodes: Node[] = [];
    while (this.#at < this.#source.length && !"|)".includes(this.#source[this.#at] ?? "")) {
      const atom = this.#atom();
      const node = atom === null ? null : this.#repeated(atom);
      if (node === null) return null;
      nodes.push(node);
    }
    return { kind: "sequence", nodes };
  }

  #repeated(node: Node): Node | null {
    const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(this.#source.slice(this.#at, this.#at + 20));
    if (found === null) return node;
    const [text, low, comma, high] = found;
    this.#at += text.length;
    this.#takes("?");
    if (text === "?") return { kind: "repeat", node, min: 0, max: 1 };
    if (low === undefined) return { kind: "repeat", node, min: text === "*" ? 0 : 1, max: Infinity };
    const min = Number(low);
    const max = comma === undefined ? min : high === "" ? Infinity : Number(high);
    return min > MAX_COUNT || (max !== Infinity && max > MAX_COUNT) ? null : { kind: "repeat", node, min, max };
  }

  #atom(): Node | null {
    const char = this.#source[this.#at];
    if (char === "(") return this.#group();
    if (char === "^" || char === "$") {
      this.#at += 1;
      return { kind: char === "^" ? "start" : "end" };
    }
    if (char === "*" || char === "+" || char === "?") return null;
    if (char === ".") return this.#unit(1);
    if (char === "[") {
      const text = /^\[\^?(?:\\[^]|[^\]\\])*\]/.exec(this.#source.slice(this.#at))?.[0];
      return text === undefined ? null : this.#unit(text.length);
    }
    if (char === "\\") {
      const next = this.#source[this.#at + 1] ?? "";
      return /^[dDsSwW]$|^[^A-Za-z0-9]$/.test(next) ? this.#unit(2) : null;
    }
    return this.#unit(1);
  }

  #group(): Node | null {
    const [start = ""] = /^\((?:\?(?::|=|!))?/.exec(this.#source.slice(this.#at, this.#at + 3)) ?? [];
    if (start === "(" && this.#source[this.#at + 1] === "?") return null;
    this.#at += start.length;
    const node = this.#choice();
    if (node === null || !this.#takes(")")) return null;
    return start === "(?=" || start === "(?!" ? { kind: "ahead", isNegative: start === "(?!", node } : node;
  }

  /** What takes one code unit: the engine knows which. */
  #unit(length: number): Node {
    const text = this.#source.slice(this.#at, this.#at + length);
    this.#at += length;
    const last = text.charCodeAt(text.length - 1);
    const isLiteral = (length === 1 && text !== ".") || (length === 2 && /^\\[^A-Za-z0-9]$/.test(text));
    if (isLiteral) return { kind: "unit", accepts: (unit) => unit === last };
    const one = new RegExp(`^${text}$`, "s");
    const known = new Map<number, boolean>();
    const accepts = (unit: number): boolean => {
      let answer = known.get(unit);
      if (answer === undefined) known.set(unit, (answer = one.test(String.fromCharCode(unit))));
      return answer;
    };
    return { kind: "unit", accepts };
  }

  #takes(char: string): boolean {
    if (this.#source[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }
}

/** Writes the steps of a node behind those that there are; it ends where the next step will be. */
function write(node: Node, steps: Step[]): void {
  switch (node.kind) {
    case "unit":
    case "start":
    case "end":
      steps.push(node);
      break;
    case "sequence":
      for (const one of node.nodes) write(one, steps);
      break;
    case "choice":
      writeChoice(node.nodes, steps);
      break;
    case "ahead": {
      const step: Step = { kind: "ahead", isNegative: node.isNegative, next: 0 };
      steps.push(step);
      write(node.node, steps);
      steps.push({ kind: "match" });
      step.next = steps.length;
      break;
    }
    case "repeat":
      writeRepeat(node, steps);
      break;
  }
}

function writeChoice(nodes: readonly Node[], steps: Step[]): void {
  const ends: (Step & { kind: "split" })[] = [];
  for (const [index, node] of nodes.entries()) {
    const isLast = index === nodes.length - 1;
    const split = jump(steps.length + 1);
    if (!isLast) steps.push(split);
    write(node, steps);
    if (isLast) break;
    const end = jump(0);
    steps.push(end);
    ends.push(end);
    split.other = steps.length;
  }
  for (const end of ends) end.next = end.other = steps.length;
}

function writeRepeat({ node, min, max }: Node & { kind: "repeat" }, steps: Step[]): void {
  for (let count = 0; count < min; count += 1) write(node, steps);
  if (max === Infinity) {
    const split = jump(steps.length + 1);
    const at = steps.push(split) - 1;
    write(node, steps);
    steps.push(jump(at));
    split.other = steps.length;
    return;
  }
  const splits: (Step & { kind: "split" })[] = [];
  for (let count = min; count < max; count += 1) {
    const split = jump(steps.length + 1);
    steps.push(split);
    splits.push(split);
    write(node, steps);
  }
  for (const split of splits) split.other = steps.length;
}

function jump(to: number): Step & { kind: "split" } {
  return { kind: "split", next: to, other: to };
}

/** Up to this many states a table is faster than a set. */
const MAX_TABLE = 1 << 22;

/** Remembers states; false for one that it was told before. */
function triedOf(states: number): (state: number) => boolean {
  if (states > MAX_TABLE) {
    const seen = new Set<number>();
    return (state) => seen.size < seen.add(state).size;
  }
  const table = new Uint8Array(states);
  return (state) => {
    const isNew = table[state] === 0;
    table[state] = 1;
    return isNew;
  };
}

/** One text: no step is tried twice at one position. */
class Run {
  readonly #steps: readonly Step[];
  readonly #text: string;
  readonly #ahead = new Map<number, boolean>();

  constructor(steps: readonly Step[], text: string) {
    this.#steps = steps;
    this.#text = text;
  }

  /** As `RegExp.test` does it: anywhere in the text. */
  searches(): boolean {
    const isNew = triedOf(this.#steps.length * (this.#text.length + 1));
    for (let at = 0; at <= this.#text.length; at += 1) if (this.#leads(0, at, isNew)) return true;
    return false;
  }

  #leads(first: number, from: number, isNew: (state: number) => boolean): boolean {
    const width = this.#text.length + 1;
    const todo = [first * width + from];
    for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
      if (!isNew(state)) continue;
      const index = Math.floor(state / width);
      const at = state - index * width;
      const step = this.#steps[index];
      if (step === undefined) continue;
      if (step.kind === "match") return true;
      if (step.kind === "unit") {
        if (at < this.#text.length && step.accepts(this.#text.charCodeAt(at))) todo.push(state + width + 1);
      } else if (step.kind === "split") {
        todo.push(step.other * width + at, step.next * width + at);
      } else if (step.kind === "ahead") {
        if (this.#isAhead(index, at) !== step.isNegative) todo.push(step.next * width + at);
      } else if (at === (step.kind === "start" ? 0 : this.#text.length)) {
        todo.push(state + width);
      }
    }
    return false;
  }

  #isAhead(index: number, at: number): boolean {
    const key = index * (this.#text.length + 1) + at;
    let answer = this.#ahead.get(key);
    if (answer === undefined) {
      answer = this.#leads(index + 1, at, triedOf(Infinity));
      this.#ahead.set(key, answer);
    }
    return answer;
  }
}
