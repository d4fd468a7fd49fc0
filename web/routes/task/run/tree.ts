import type { GraphRow } from "../../../../src/contract/api/tasks/task-rows.ts";
import type { Why } from "../task-queries.ts";

/** A task of the run, whichever attempts it had, with its place in the tree. */
export interface TreeRow {
  /** Its newest record. */
  readonly task: GraphRow;
  readonly attempts: number;
  /** Steps from the root. */
  readonly depth: number;
  /** What made it, in a few words; empty where its place says it. */
  readonly cause: string;
  /** The tasks that led to it, by their first attempts: several of a joined one. */
  readonly parents: readonly number[];
  /** A file event made it. */
  readonly isOfFile: boolean;
}

const ORIGINS: Readonly<Record<string, string>> = {
  tick: "by its schedule",
  file: "by a file",
  manual: "by hand",
  external: "from elsewhere",
  backfill: "by a backfill",
};

/**
 * The tasks below what they came from, parents first, children in the order they were made. A retry is no task of its own; a joined
 * child stands below its first parent, and names the others. Each task once, also where records lead in a circle.
 */
export function treeOf(records: readonly GraphRow[]): readonly TreeRow[] {
  const byId = new Map(records.map((record) => [record.record_id, record]));
  const tasks = Map.groupBy(records, (record) => record.first_attempt_id);
  const parentOf = (task: number): number | null => {
    const first = firstOf(tasks.get(task) ?? []);
    const parent = byId.get(first?.parent_id ?? 0);
    return parent === undefined || parent.first_attempt_id === task ? null : parent.first_attempt_id;
  };
  const children = Map.groupBy(tasks.keys(), parentOf);
  const rows: TreeRow[] = [];
  const seen = new Set<number>();
  // An own stack: a chain of 10,000 tasks is as deep.
  const walk = (roots: readonly number[]): void => {
    const open = roots.toReversed().map((task) => ({ task, depth: 0 }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { task, depth } = next;
      if (seen.has(task)) continue;
      seen.add(task);
      const attempts = tasks.get(task) ?? [];
      const newest = attempts.reduce((a, b) => (b.record_id > a.record_id ? b : a));
      const first = firstOf(attempts) ?? newest;
      const isOfFile = first.kind === "file" || (first.kind === null && first.origin === "file");
      const parents = parentsOf(first, byId);
      rows.push({ task: newest, attempts: attempts.length, depth, cause: causeOf(first, byId), parents, isOfFile });
      const below = (children.get(task) ?? []).toSorted((a, b) => a - b);
      for (const child of below.toReversed()) open.push({ task: child, depth: depth + 1 });
    }
  };
  walk((children.get(null) ?? []).toSorted((a, b) => a - b));
  // What only a circle holds has no root.
  for (const task of tasks.keys()) if (!seen.has(task)) walk([task]);
  return rows;
}

const NOT_STARTED: ReadonlySet<string> = new Set([
  "require_missing",
  "join_waiting",
  "cycle",
  "overlap_skipped",
  "child_exists",
  "no_rows",
]);

/** Why children of the task were not started, a sentence each; what a join waited for no longer counts once it has come. */
export function notStarted(whys: readonly Pick<Why, "events">[], rows: readonly TreeRow[]): readonly string[] {
  const joined = rows.flatMap(({ task }) =>
    task.kind === "join" ? [`${nameOf(task, task.record_id)} not started yet`] : [],
  );
  const sentences = whys.flatMap(({ events }) =>
    events
      .filter(({ code }) => NOT_STARTED.has(code))
      .filter(({ code, sentence }) => code !== "join_waiting" || !joined.some((name) => sentence.startsWith(name)))
      .map(({ sentence }) => sentence),
  );
  return [...new Set(sentences)];
}

function firstOf(attempts: readonly GraphRow[]): GraphRow | undefined {
  return attempts.find((record) => record.kind !== "retry") ?? attempts[0];
}

function parentsOf(
  { parent_id: parent, joined, first_attempt_id: own }: GraphRow,
  byId: ReadonlyMap<number, GraphRow>,
): readonly number[] {
  const records = joined.length > 0 ? joined : parent === null ? [] : [parent];
  const tasks = records.flatMap((id) => byId.get(id)?.first_attempt_id ?? []);
  return [...new Set(tasks)].filter((task) => task !== own);
}

function causeOf({ kind, origin, joined, parent_id: parent }: GraphRow, byId: ReadonlyMap<number, GraphRow>): string {
  if (kind === null) return ORIGINS[origin] ?? "";
  if (kind === "file") return "through a file that it wrote";
  if (kind === "backfill") return "by a backfill";
  if (kind !== "join" || joined.length < 2) return "";
  const others = joined.filter((id) => id !== parent).map((id) => nameOf(byId.get(id), id));
  return `joined with ${others.length > 3 ? `${others.length} others` : others.join(" and ")}`;
}

function nameOf(record: GraphRow | undefined, id: number): string {
  if (record === undefined) return `record ${id}`;
  return record.job === "" ? record.type : `${record.type}:${record.job}`;
}
