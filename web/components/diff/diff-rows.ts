import { differing, keptLines } from "./compare-texts.ts";

/** A line of a difference with its number in both texts, as the API has it; null: the other text has it alone. */
export interface DiffLine {
  readonly op: "same" | "removed" | "added";
  readonly from: number | null;
  readonly to: number | null;
  readonly text: string;
}

/** A line on one side; `mark`: from and to which letter it differs from its pair. */
interface Side {
  readonly number: number;
  readonly text: string;
  readonly mark: readonly [from: number, to: number] | null;
}

/** What stands beside each other. `isAfterGap`: lines that are the same were left out above it. */
export interface DiffRow {
  readonly before: Side | null;
  readonly after: Side | null;
  readonly isSame: boolean;
  readonly isAfterGap: boolean;
}

/** Lines around a change. */
const CONTEXT = 3;

/** The changed lines of two texts with three around each change, as the API answers those of two versions. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  const lines: DiffLine[] = [];
  let [oldAt, nowAt] = [0, 0];
  for (const [oldEnd, nowEnd] of [...keptLines(old, now), [old.length, now.length] as const]) {
    for (; oldAt < oldEnd; oldAt += 1) lines.push({ op: "removed", from: oldAt + 1, to: null, text: old[oldAt] ?? "" });
    for (; nowAt < nowEnd; nowAt += 1) lines.push({ op: "added", from: null, to: nowAt + 1, text: now[nowAt] ?? "" });
    if (oldEnd < old.length && nowEnd < now.length)
      lines.push({ op: "same", from: ++oldAt, to: ++nowAt, text: old[oldEnd] ?? "" });
  }
  const near = new Set<number>();
  for (const [index, { op }] of lines.entries())
    if (op !== "same") for (let at = index - CONTEXT; at <= index + CONTEXT; at += 1) near.add(at);
  return lines.filter((_, index) => near.has(index));
}

/** Removed and added lines at the same place are pairs, as far as both sides have some. */
export function diffRows(lines: readonly DiffLine[]): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  let [lastFrom, lastTo] = [0, 0];
  const add = (before: DiffLine | undefined, after: DiffLine | undefined, isSame: boolean): void => {
    const isAfterGap = (before?.from ?? lastFrom) > lastFrom + 1 || (after?.to ?? lastTo) > lastTo + 1;
    const [from, oldEnd, nowEnd] =
      isSame || before === undefined || after === undefined ? [0, 0, 0] : differing(before.text, after.text);
    const side = (line: DiffLine | undefined, number: number | null | undefined, end: number): Side | null =>
      line === undefined ? null : { number: number ?? 0, text: line.text, mark: end > from ? [from, end] : null };
    rows.push({
      before: side(before, before?.from, oldEnd),
      after: side(after, after?.to, nowEnd),
      isSame,
      isAfterGap,
    });
    lastFrom = before?.from ?? lastFrom;
    lastTo = after?.to ?? lastTo;
  };
  const flush = (): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) add(removed[at], added[at], false);
    [removed, added] = [[], []];
  };
  for (const line of lines) {
    if (line.op === "removed") removed.push(line);
    else if (line.op === "added") added.push(line);
    else {
      flush();
      add(line, line, true);
    }
  }
  flush();
  return rows;
}
