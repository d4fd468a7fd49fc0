import type { LineageTask } from "../../../core/why/why-facts.ts";
import {
  LINEAGE_CAPS,
  MAX_LINEAGE,
  type DistantTask,
  type Lineage,
  type LineageCaps,
  type RunLineage,
} from "../../lineage-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { LINEAGE_COLUMNS } from "./lineage-rows.ts";

type LevelRow = LineageTask & { readonly depth: number };

/**
 * A walk from one record in one statement. Each row of `levels` is one step: its ids as a JSON array, limited before they
 * are aggregated, so that a task with 100,000 children costs no more than the result shows. A plain recursion over rows
 * would queue them all. `total` counts the ids of the earlier steps.
 * Parameters: the record, the limit plus one, the depth, the limit.
 */
function walk(next: string): string {
  return `WITH RECURSIVE levels (depth, ids, total) AS (
      SELECT 0, json_array(id), 0 FROM task_records WHERE id = ?
      UNION ALL
      SELECT depth + 1,
        (SELECT json_group_array(c.id) FROM task_records c WHERE c.id IN (${next})),
        total + json_array_length(ids)
      FROM levels WHERE depth <= ? AND ids <> '[]' AND total + json_array_length(ids) <= ?
    )
    SELECT l.depth, ${LINEAGE_COLUMNS} FROM levels l CROSS JOIN json_each(l.ids) e CROSS JOIN task_records r ON r.id = e.value`;
}

const NO_RECORDS: ReadonlySet<number> = new Set();

/** Ancestors and descendants of records. */
export class LineageTrees {
  readonly #descendants: Statement<LevelRow>;
  readonly #ancestors: Statement<LevelRow>;
  readonly #joined: Statement<{ parent_id: number }>;
  readonly #filed: Statement<{ parent_id: number }>;
  readonly #runsBefore: Statement<{ id: string }>;
  readonly #runsAfter: Statement<{ id: string }>;
  readonly #ofRun: Statement<LineageTask>;
  readonly #runOf: Statement<{ id: string }>;

  constructor(statements: Statements) {
    // All attempts of a task share its relationships; a column beside the key says which attempt a child came from.
    this.#descendants = statements.prepare(
      "lineage.descendants",
      walk(`SELECT k.child_id FROM json_each(ids) e CROSS JOIN task_records p ON p.id = e.value
        CROSS JOIN task_relationships k ON k.origin_id = p.first_attempt_id AND k.parent_id = p.id LIMIT ?`),
    );
    this.#ancestors = statements.prepare(
      "lineage.ancestors",
      walk(`SELECT p.parent_id FROM json_each(ids) e CROSS JOIN task_records p ON p.id = e.value
        UNION ALL SELECT k.parent_id FROM json_each(ids) e CROSS JOIN task_relationships k ON k.child_id = e.value AND k.kind = 'join'
        UNION ALL SELECT k.parent_id FROM json_each(ids) e CROSS JOIN task_relationships k ON k.child_id = e.value AND k.kind = 'file'
        LIMIT ?`),
    );
    this.#joined = statements.prepare(
      "lineage.joined",
      "SELECT parent_id FROM task_relationships WHERE child_id = ? AND kind = 'join' ORDER BY parent_id",
    );
    this.#filed = statements.prepare(
      "lineage.filed",
      "SELECT parent_id FROM task_relationships WHERE child_id = ? AND kind = 'file' ORDER BY parent_id",
    );
    this.#runsBefore = statements.prepare(
      "lineage.runs_before",
      `SELECT p.task_id AS id FROM task_records r CROSS JOIN task_relationships k ON k.child_id = r.id AND k.kind = 'file'
       CROSS JOIN task_records p ON p.id = k.parent_id WHERE r.task_id = ? LIMIT ?`,
    );
    this.#runsAfter = statements.prepare(
      "lineage.runs_after",
      `SELECT c.task_id AS id FROM task_records r
       CROSS JOIN task_relationships k ON k.origin_id = r.first_attempt_id AND k.kind = 'file' AND k.parent_id = r.id
       CROSS JOIN task_records c ON c.id = k.child_id WHERE r.task_id = ? LIMIT ?`,
    );
    this.#ofRun = statements.prepare(
      "lineage.of_run",
      `SELECT ${LINEAGE_COLUMNS} FROM task_records r WHERE r.task_id = ? LIMIT ?`,
    );
    this.#runOf = statements.prepare("lineage.run_of", "SELECT task_id AS id FROM task_records WHERE id = ?");
  }

  descendants(recordId: number, caps: LineageCaps = LINEAGE_CAPS): Lineage | null {
    return this.#walk(this.#descendants, recordId, caps);
  }

  ancestors(recordId: number, caps: LineageCaps = LINEAGE_CAPS): Lineage | null {
    return this.#walk(this.#ancestors, recordId, caps);
  }

  /** A run larger than the limit is returned from its root down. */
  run(id: string, limits: LineageCaps = LINEAGE_CAPS): RunLineage | null {
    const caps = capped(limits);
    const runId = (/^\d{1,15}$/.test(id) ? this.#runOf.get(Number(id))?.id : undefined) ?? id;
    const own = this.#ofRun.all(runId, caps.count + 1);
    const [any] = own;
    if (any === undefined) return null;
    if (own.length <= caps.count) {
      const { rows, isCut } = this.#acrossFiles(runId, own, caps.count);
      const { tasks, truncated } = this.#complete(rows, caps.depth);
      return { id: runId, caps, tasks, truncated: { ...truncated, count: isCut } };
    }
    const above = this.ancestors(any.record_id, { depth: MAX_LINEAGE.depth, count: caps.count });
    const root = above?.tasks.findLast((task) => task.id === runId) ?? any;
    const below = this.descendants(root.record_id, caps);
    const tasks = below?.tasks.filter((task) => task.id === runId) ?? [];
    return { id: runId, tasks, caps, truncated: { depth: below?.truncated.depth ?? false, count: true } };
  }

  /**
   * With the runs whose records reported the files that this run was made of, theirs before them, and all that came of
   * files which these reported: nearest first, within the limit.
   */
  #acrossFiles(runId: string, own: readonly LineageTask[], limit: number): { rows: LineageTask[]; isCut: boolean } {
    const rows = [...own];
    const seen = new Set([runId]);
    let isCut = false;
    const follow = (statement: Statement<{ id: string }>): void => {
      // A set is walked in the order of its additions, also of those made meanwhile.
      for (const from of seen) {
        for (const { id } of statement.all(from, limit)) {
          if (seen.has(id) || isCut) continue;
          const found = this.#ofRun.all(id, limit + 1 - rows.length);
          if (rows.length + found.length > limit) isCut = true;
          else {
            seen.add(id);
            rows.push(...found);
          }
        }
      }
    };
    follow(this.#runsBefore);
    follow(this.#runsAfter);
    return { rows, isCut };
  }

  #walk(statement: Statement<LevelRow>, recordId: number, limits: LineageCaps): Lineage | null {
    const caps = capped(limits);
    const rows = statement.all(recordId, caps.count + 1, caps.depth, caps.count);
    if (rows.length === 0) return null;
    const tasks = new Map<number, DistantTask>();
    const truncated = { depth: false, count: false };
    for (const row of rows) {
      if (row.depth > caps.depth) truncated.depth = true;
      else if (tasks.size > caps.count) truncated.count = true;
      // When paths of different lengths lead to the same task, the shortest counts.
      else if (!tasks.has(row.record_id)) tasks.set(row.record_id, this.#withParents(row));
    }
    return { tasks: [...tasks.values()], caps, truncated };
  }

  /** Depths of a run that was read completely. A parent is older than its child, but for one that a worker reported late. */
  #complete(rows: readonly LineageTask[], max: number): Pick<RunLineage, "tasks" | "truncated"> {
    const known = new Set(rows.map((row) => row.record_id));
    const linked = new Map(rows.map((row) => [row.record_id, this.#fileParent(row, known)]));
    const depths = new Map<number, number>();
    const tasks = [...linked.values()]
      .toSorted((a, b) => a.record_id - b.record_id)
      .map((row) => this.#withParents({ ...row, depth: depthOf(row, linked, depths) }));
    const shown = tasks.filter((task) => task.depth <= max).toSorted((a, b) => a.depth - b.depth);
    return { tasks: shown, truncated: { depth: shown.length < tasks.length, count: false } };
  }

  #withParents(row: LevelRow): DistantTask {
    const linked = this.#fileParent(row);
    const statement = linked.kind === "join" ? this.#joined : linked.kind === "file" ? this.#filed : null;
    const parents = statement?.all(row.record_id).map((one) => one.parent_id) ?? [];
    return { ...linked, joined: linked.kind === "file" && parents.length < 2 ? [] : parents };
  }

  /** The task of a file is a root, unless a record reported the file: that stands in its relationships alone. */
  #fileParent<T extends LineageTask>(row: T, known: ReadonlySet<number> = NO_RECORDS): T {
    if (row.parent_id !== null || row.origin !== "file") return row;
    const parents = this.#filed.all(row.record_id).map((one) => one.parent_id);
    const parent = parents.find((id) => known.has(id)) ?? parents[0];
    return parent === undefined ? row : { ...row, parent_id: parent, kind: "file" };
  }
}

/** Steps from the root; `depths` has those that are known. */
function depthOf(task: LineageTask, tasks: ReadonlyMap<number, LineageTask>, depths: Map<number, number>): number {
  const above: LineageTask[] = [];
  let next: LineageTask | undefined = task;
  while (next !== undefined && !depths.has(next.record_id)) {
    above.push(next);
    next = next.parent_id === null ? undefined : tasks.get(next.parent_id);
  }
  let depth = next === undefined ? -1 : (depths.get(next.record_id) ?? 0);
  for (const one of above.toReversed()) depths.set(one.record_id, (depth += 1));
  return depths.get(task.record_id) ?? 0;
}

function capped({ depth, count }: LineageCaps): LineageCaps {
  const within = (value: number, max: number): number => Math.max(1, Math.min(Math.floor(value), max));
  return { depth: within(depth, MAX_LINEAGE.depth), count: within(count, MAX_LINEAGE.count) };
}
