/** A line as it stands on one side; `mark`: from and to which letter it differs from its pair on the other. */
export interface ComparedLine {
  readonly number: number;
  readonly text: string;
  readonly isChanged: boolean;
  readonly mark: readonly [from: number, to: number] | null;
}

export interface Compared {
  readonly before: readonly ComparedLine[];
  readonly after: readonly ComparedLine[];
}

/** Longer differences are not aligned: the table for it grows with the product of their lines. */
const ALIGNED_MAX = 600;

/** Both texts line by line, with what was changed, and in changed lines the letters. */
export function compareTexts(before: string, after: string): Compared {
  const [old, now] = [linesOf(before), linesOf(after)];
  const kept = keptLines(old, now);
  const marks = {
    before: new Map<number, readonly [number, number]>(),
    after: new Map<number, readonly [number, number]>(),
  };
  let [oldAt, nowAt] = [0, 0];
  for (const [oldEnd, nowEnd] of [...kept, [old.length, now.length] as const]) {
    // Lines between two that stayed are pairs, as far as both sides have some.
    for (let at = 0; oldAt + at < oldEnd && nowAt + at < nowEnd; at += 1) {
      const [from, oldTo, nowTo] = differing(old[oldAt + at] ?? "", now[nowAt + at] ?? "");
      marks.before.set(oldAt + at, [from, oldTo]);
      marks.after.set(nowAt + at, [from, nowTo]);
    }
    [oldAt, nowAt] = [oldEnd + 1, nowEnd + 1];
  }
  const keptOld = new Set(kept.map(([at]) => at));
  const keptNow = new Set(kept.map(([, at]) => at));
  const side = (
    lines: readonly string[],
    stayed: ReadonlySet<number>,
    of: ReadonlyMap<number, readonly [number, number]>,
  ): readonly ComparedLine[] =>
    lines.map((text, at) => ({ number: at + 1, text, isChanged: !stayed.has(at), mark: of.get(at) ?? null }));
  return { before: side(old, keptOld, marks.before), after: side(now, keptNow, marks.after) };
}

function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split("\n");
}

/** Lines that both texts have, as pairs of their places: the same beginning, the same end, and what is common between. */
export function keptLines(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [old, now] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const common = Math.max(old.length, now.length) > ALIGNED_MAX ? [] : commonLines(old, now);
  return [
    ...Array.from({ length: head }, (_, at) => [at, at] as const),
    ...common.map(([i, j]) => [i + head, j + head] as const),
    ...Array.from({ length: tail }, (_, at) => [a.length - tail + at, b.length - tail + at] as const),
  ];
}

/** The longest common subsequence of lines, as pairs of their places. */
function commonLines(a: readonly string[], b: readonly string[]): readonly (readonly [number, number])[] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const length = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] = a[i] === b[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (length(i + 1, j) >= length(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}

/** Where two lines begin to differ, and where each ends to. */
export function differing(a: string, b: string): readonly [from: number, aTo: number, bTo: number] {
  const shorter = Math.min(a.length, b.length);
  let from = 0;
  while (from < shorter && a[from] === b[from]) from += 1;
  let end = 0;
  while (end < shorter - from && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return [from, a.length - end, b.length - end];
}
