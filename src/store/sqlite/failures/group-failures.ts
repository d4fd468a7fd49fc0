import type { FailureGroup, TaskRow } from "../../task-queries.ts";

const MAX_KINDS = 10;

/** `rows`: newest first. The largest groups first. */
export function groupFailures(
  rows: readonly TaskRow[],
  of: { readonly fingerprint: (row: TaskRow) => string; readonly text: (row: TaskRow) => string },
): readonly FailureGroup[] {
  const groups = new Map<string, TaskRow[]>();
  for (const row of rows) {
    const fingerprint = of.fingerprint(row);
    const group = groups.get(fingerprint);
    if (group === undefined) groups.set(fingerprint, [row]);
    else group.push(row);
  }
  return [...groups]
    .flatMap(([fingerprint, [example, ...others]]) =>
      example === undefined ? [] : [{ ...groupOf(example, others), fingerprint, text: of.text(example) }],
    )
    .toSorted((a, b) => b.count - a.count || b.last - a.last || b.example.record_id - a.example.record_id);
}

function groupOf(example: TaskRow, others: readonly TaskRow[]): Omit<FailureGroup, "fingerprint" | "text"> {
  let [first, last] = [endOf(example), endOf(example)];
  const kinds = new Map<string, { readonly type: string; readonly job: string; count: number }>();
  for (const row of [example, ...others]) {
    const { type, job } = row;
    [first, last] = [Math.min(first, endOf(row)), Math.max(last, endOf(row))];
    const kind = kinds.get(`${type}\n${job}`);
    if (kind === undefined) kinds.set(`${type}\n${job}`, { type, job, count: 1 });
    else kind.count += 1;
  }
  const most = [...kinds.values()].toSorted((a, b) => b.count - a.count).slice(0, MAX_KINDS);
  return { count: 1 + others.length, first, last, example, kinds: most };
}

function endOf({ finished_at: finished, decided_at: decided }: TaskRow): number {
  return finished ?? decided;
}
