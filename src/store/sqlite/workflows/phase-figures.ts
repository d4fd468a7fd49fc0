import type { PhaseFigures, PhaseFiguresRequest } from "../../workflow-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";

type Run = readonly [
  firstAttempt: number,
  attempt: number,
  taskTime: number,
  state: string,
  result: string,
  started: number | null,
  ended: number | null,
];

/** So many records of a phase say what is usual. */
const RUNS = 60;
/** More are not counted. */
const MAX_OPEN = 1000;
const MAX_FILES = 10_000;
/** The rarest first: those that wait may fill the count. */
const OPEN = JSON.stringify(["running", "overdue", "sent", "queued", "waiting"]);

/** What the phases of a graph do now: some steps down an index for each, however long its history is. */
export class PhaseFiguresReader {
  readonly #runs: Statement<Run>;
  readonly #open: Statement<{ state: string; attempt: number }>;
  readonly #since: Statement<{ id: number }>;
  readonly #files: Statement<{ files: number }>;

  constructor(statements: Statements) {
    this.#runs = statements
      .prepare<Run>(
        "phase_figures.runs",
        `SELECT first_attempt_id, attempt, task_time, state, result, started, ended FROM task_records
         WHERE phase_id = ? AND task_time IS NOT NULL ORDER BY task_time DESC, id DESC LIMIT ${RUNS}`,
      )
      .raw();
    this.#open = statements.prepare(
      "phase_figures.open",
      `SELECT phase_id, state, attempt FROM (
         SELECT r.phase_id, r.state, r.attempt FROM json_each(?) s CROSS JOIN task_records r
           ON r.type = ? AND r.job = ? AND r.state = s.value AND r.state <> 'finished' LIMIT ${MAX_OPEN})
       WHERE phase_id = ?`,
    );
    this.#since = statements.prepare(
      "phase_figures.since",
      "SELECT id FROM file_messages WHERE received_at >= ? ORDER BY received_at, id LIMIT 1",
    );
    this.#files = statements.prepare(
      "phase_figures.files",
      `SELECT count(*) AS files FROM (SELECT 1 FROM file_pattern_matches WHERE phase_id = ? AND file_message_id >= ? LIMIT ${MAX_FILES})`,
    );
  }

  of({ phases, filesSince }: PhaseFiguresRequest): readonly PhaseFigures[] {
    const firstFile = this.#since.get(filesSince)?.id;
    return phases.map(({ id, type, job }) => {
      const open = { waiting: 0, retrying: 0, running: 0 };
      for (const { state, attempt } of this.#open.all(OPEN, type, job, id)) {
        if (state === "running" || state === "overdue") open.running += 1;
        else if (attempt > 0) open.retrying += 1;
        else open.waiting += 1;
      }
      const files = firstFile === undefined ? 0 : (this.#files.get(id, firstFile)?.files ?? 0);
      return { phase_id: id, ...open, ...ofRuns(this.#runs.all(id)), files };
    });
  }
}

/** `runs`: the latest task time first. */
function ofRuns(runs: readonly Run[]): Pick<PhaseFigures, "run_ms" | "failed"> {
  let [sum, of] = [0, 0];
  const newest = new Map<number, Run>();
  for (const run of runs) {
    const [first, attempt, time, , result, started, ended] = run;
    if (result === "complete" && started !== null && ended !== null && ended >= started) {
      sum += ended - started;
      of += 1;
    }
    if (time !== runs[0]?.[2]) continue;
    const known = newest.get(first);
    if (known === undefined || known[1] < attempt) newest.set(first, run);
  }
  const failed = [...newest.values()].filter(
    ([, , , state, result]) => state === "finished" && result !== "complete" && result !== "warn",
  );
  return { run_ms: of === 0 ? null : Math.round(sum / of), failed: failed.length };
}
