import { DAY } from "../../../contract/time/time-units.ts";
import { digitsOf, wallOf, type WallMs } from "../../../contract/time/wall-ms.ts";
import {
  CELL_STATES,
  type CellState,
  type GridCell,
  type GridRequest,
  type KindCounts,
  type PhaseLastTask,
  type PhaseOfTask,
} from "../../workflow-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";

interface GridRecord {
  readonly id: number;
  readonly first_attempt_id: number;
  readonly task_time: WallMs;
  readonly state: string;
  readonly result: string;
}

/** Of one type and job, where a phase has no task with a task time. */
const MAX_UNTIMED = 100;

/** What became of the tasks of phases. */
export class PhaseHistory {
  readonly #last: Statement<Omit<PhaseLastTask, "phase_id">>;
  readonly #lastUntimed: Statement<Omit<PhaseLastTask, "phase_id">>;
  readonly #counts: Statement<KindCounts>;
  readonly #grid: Statement<GridRecord>;

  constructor(statements: Statements) {
    const columns = "id AS record_id, state, result, task_time, ifnull(finished_at, decided_at) AS at";
    this.#last = statements.prepare(
      "workflows.last_task",
      `SELECT ${columns} FROM task_records WHERE phase_id = ? AND task_time IS NOT NULL ORDER BY task_time DESC, id DESC LIMIT 1`,
    );
    this.#lastUntimed = statements.prepare(
      "workflows.last_untimed",
      `SELECT ${columns} FROM (SELECT * FROM task_records WHERE type = ? AND job = ? ORDER BY id DESC LIMIT ${MAX_UNTIMED})
       WHERE phase_id = ? LIMIT 1`,
    );
    this.#counts = statements.prepare(
      "workflows.counts",
      `SELECT type, job, total, complete + warn AS complete, error + alert + unknown AS failed, cancelled
       FROM task_counts_daily WHERE day >= ?`,
    );
    this.#grid = statements.prepare(
      "workflows.grid",
      `SELECT id, first_attempt_id, task_time, state, result FROM task_records
       WHERE phase_id = ? AND task_time >= ? AND task_time < ? AND task_time IS NOT NULL ORDER BY task_time, id LIMIT ?`,
    );
  }

  lastTasks(phases: readonly PhaseOfTask[]): readonly PhaseLastTask[] {
    return phases.flatMap(({ id, type, job }) => {
      const last = this.#last.get(id) ?? this.#lastUntimed.get(type, job, id);
      return last === undefined ? [] : [{ phase_id: id, ...last }];
    });
  }

  counts(since: number): readonly KindCounts[] {
    const sums = new Map<string, { -readonly [key in keyof KindCounts]: KindCounts[key] }>();
    for (const row of this.#counts.all(Math.floor(since / DAY) * DAY)) {
      const key = `${row.type}\n${row.job}`;
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { ...row });
      else for (const name of ["total", "complete", "failed", "cancelled"] as const) sum[name] += row[name];
    }
    return [...sums.values()];
  }

  /** Null as soon as it is more than the limits. */
  grid({ phaseIds, from, until, by, maxRecords, maxCells }: GridRequest): readonly GridCell[] | null {
    const cells: GridCell[] = [];
    let left = maxRecords;
    for (const id of phaseIds) {
      const records = this.#grid.all(id, from, until, left + 1);
      left -= records.length;
      if (left < 0) return null;
      cells.push(...cellsOf(id, records, by));
      if (cells.length > maxCells) return null;
    }
    return cells;
  }
}

/** `records` are in the order of their times, then of their ids: of a task the last one is its newest attempt. */
function cellsOf(phaseId: number, records: readonly GridRecord[], by: GridRequest["by"]): readonly GridCell[] {
  const timeOf = ({ task_time: time }: GridRecord): WallMs =>
    by === "time" ? time : wallOf(Math.floor(digitsOf(time) / DAY) * DAY);
  return [...Map.groupBy(records, timeOf)].map(([time, ofTime]) => {
    const newest = new Map(ofTime.map((record) => [record.first_attempt_id, record]));
    const byState = Map.groupBy(newest.values(), cellState);
    const state = CELL_STATES.find((one) => byState.has(one)) ?? "complete";
    const record = byState.get(state)?.at(-1);
    const failed = byState.get("failed")?.length ?? 0;
    return { phase_id: phaseId, time, state, tasks: newest.size, failed, record_id: record?.id ?? 0 };
  });
}

function cellState({ state, result }: GridRecord): CellState {
  if (state === "finished") return result === "complete" || result === "warn" ? "complete" : "failed";
  if (state === "overdue" || state === "running" || state === "cancelled") return state;
  return "waiting";
}
