import { DAY, HOUR } from "../../../contract/time/time-units.ts";
import { digitsOf, wallOf, type WallMs } from "../../../contract/time/wall-ms.ts";
import {
  CELL_STATES,
  type CellState,
  type Grid,
  type GridCell,
  type GridRequest,
  type GridSpan,
  type GridTime,
  type KindCounts,
  type PeriodCounts,
  type PhaseLastTask,
} from "../../workflow-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";

type GridRecord = readonly [
  id: number,
  firstAttempt: number,
  attempt: number,
  taskTime: WallMs,
  state: string,
  result: string,
  begun: number,
  ended: number | null,
];

/** What became of the tasks of phases. */
export class PhaseHistory {
  readonly #last: Statement<PhaseLastTask>;
  readonly #counts: Statement<KindCounts>;
  readonly #hours: Statement<PeriodCounts>;
  readonly #days: Statement<PeriodCounts>;
  readonly #grid: Statement<GridRecord>;
  readonly #size: Statement<{ rows: number }>;

  constructor(statements: Statements) {
    // One statement for all: to begin each of two for every phase takes most of the time.
    const newest = (where: string): string =>
      `(SELECT id FROM task_records WHERE phase_id = p.value AND ${where} DESC LIMIT 1)`;
    this.#last = statements.prepare(
      "workflows.last_tasks",
      `SELECT p.value AS phase_id, r.id AS record_id, r.state, r.result, r.task_time, ifnull(r.finished_at, r.decided_at) AS at
       FROM json_each(?) p CROSS JOIN task_records r ON r.id = ifnull(
         ${newest("task_time IS NOT NULL ORDER BY task_time DESC, id")},
         ${newest("phase_id <> 0 AND task_time IS NULL ORDER BY id")})`,
    );
    this.#counts = statements.prepare(
      "workflows.counts",
      `SELECT type, job, total, complete + warn AS complete, error + alert + unknown AS failed, cancelled
       FROM task_counts_daily WHERE day >= ?`,
    );
    const periods = (name: string, table: string, period: string): Statement<PeriodCounts> =>
      statements.prepare(
        `workflows.${name}`,
        `SELECT ${period} AS at, type, job, total, complete, warn, error + unknown AS error, alert, cancelled
         FROM ${table} WHERE ${period} >= ? ORDER BY ${period}`,
      );
    this.#hours = periods("hours", "task_counts_hourly", "hour");
    this.#days = periods("days", "task_counts_daily", "day");
    const ofGrid = "WHERE phase_id = ? AND task_time >= ? AND task_time < ? AND task_time IS NOT NULL";
    this.#grid = statements
      .prepare<GridRecord>(
        "workflows.grid",
        `SELECT id, first_attempt_id, attempt, task_time, state, result, ifnull(created, decided_at),
           CASE WHEN state IN ('finished', 'cancelled') THEN ifnull(ended, ifnull(finished_at, decided_at)) END
         FROM task_records ${ofGrid} ORDER BY task_time, id`,
      )
      .raw();
    this.#size = statements.prepare(
      "workflows.grid_size",
      `SELECT count(*) AS rows FROM (SELECT 1 FROM task_records ${ofGrid} LIMIT ?)`,
    );
  }

  lastTasks(phaseIds: readonly number[]): readonly PhaseLastTask[] {
    return this.#last.all(JSON.stringify(phaseIds));
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

  periodCounts(period: "hour" | "day", since: number): readonly PeriodCounts[] {
    return period === "hour"
      ? this.#hours.all(Math.floor(since / HOUR) * HOUR)
      : this.#days.all(Math.floor(since / DAY) * DAY);
  }

  gridSizes({ phaseIds, from, until, max }: GridSpan & { readonly max: number }): readonly number[] {
    let left = max;
    return phaseIds.map((id) => {
      const rows = this.#size.get(id, from, until, left)?.rows ?? 0;
      left -= rows;
      return rows;
    });
  }

  grid({ phaseIds, from, until, by }: GridRequest): Grid {
    const times = new Map<WallMs, GridTime>();
    const cells = phaseIds.flatMap((id) => cellsOf(id, this.#grid.all(id, from, until), by, times));
    return { cells, times: [...times.values()] };
  }
}

/**
 * `records` are in the order of their times, then of their ids: of a task the last one is its newest attempt. `times` becomes
 * those of all of them.
 */
function cellsOf(
  phaseId: number,
  records: Iterable<GridRecord>,
  by: GridRequest["by"],
  times: Map<WallMs, GridTime>,
): readonly GridCell[] {
  const cells: GridCell[] = [];
  const step = { time: 1, hour: HOUR, day: DAY }[by];
  /** Of the cell under way, by the first attempt. */
  const newest = new Map<number, { readonly id: number; readonly state: CellState }>();
  let time: WallMs | null = null;
  const close = (): void => {
    if (time !== null) cells.push(cellOf(phaseId, time, [...newest.values()]));
    newest.clear();
  };
  for (const [id, firstAttempt, attempt, taskTime, state, result, begun, ended] of records) {
    const own = wallOf(Math.floor(digitsOf(taskTime) / step) * step);
    if (own !== time) close();
    time = own;
    newest.set(firstAttempt, { id, state: cellState(state, result, attempt) });
    const known = times.get(taskTime);
    times.set(taskTime, {
      time: taskTime,
      began_at: Math.min(known?.began_at ?? begun, begun),
      ended_at: ended === null || known?.ended_at === null ? null : Math.max(known?.ended_at ?? ended, ended),
    });
  }
  close();
  return cells;
}

function cellOf(
  phaseId: number,
  time: WallMs,
  tasks: readonly { readonly id: number; readonly state: CellState }[],
): GridCell {
  const state = CELL_STATES.find((one) => tasks.some((task) => task.state === one)) ?? "complete";
  const failed = tasks.filter((task) => task.state === "error" || task.state === "alert").length;
  const record = tasks.findLast((task) => task.state === state);
  return { phase_id: phaseId, time, state, tasks: tasks.length, failed, record_id: record?.id ?? 0 };
}

function cellState(state: string, result: string, attempt: number): CellState {
  if (state === "finished") return result === "complete" || result === "warn" || result === "alert" ? result : "error";
  if (state === "overdue" || state === "running" || state === "cancelled") return state;
  return attempt > 0 && (state === "waiting" || state === "queued") ? "retrying" : "waiting";
}
