import type { Limits } from "../../../core/retention/policy.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { BLOCK } from "../search/search-conditions.ts";
import { boundOf, type Cursor, type DuePage, type DueRow, type DueRows } from "./due.ts";

interface RecordRow {
  readonly id: number;
  readonly taskId: string;
  readonly firstAttemptId: number;
  readonly state: string;
  readonly decidedAt: number;
  readonly finishedAt: number | null;
}

/** The tasks that go together, or stay together. */
interface Group {
  readonly first: number;
  readonly ids: readonly number[];
  /** When the last of them ended; null: one did not, or something keeps one. */
  readonly endedAt: number | null;
}

/** Records that one page reads, and blocks of young ones that it passes over. */
const MAX_READ = 1000;
const MAX_BLOCKS = 256;
/** An id that more records have than this is no run but a name that many tasks share: each of them goes by itself. */
const MAX_RUN = 10_000;

const COLUMNS =
  "id, task_id AS taskId, first_attempt_id AS firstAttemptId, state, decided_at AS decidedAt, finished_at AS finishedAt FROM task_records";

/**
 * Tasks whose whole run has ended: as long as one of its tasks is unfinished, its joins and the parents of what is still to be made
 * are needed. Walks the records by id; `task_blocks` says which of them are all young.
 */
export class DueTasks implements DueRows {
  readonly #next: Statement<{ id: number }>;
  readonly #block: Statement<{ decidedMin: number | null }>;
  readonly #records: Statement<RecordRow>;
  readonly #ofRun: Statement<RecordRow>;
  readonly #first: Statement<RecordRow>;
  readonly #attempts: Statement<RecordRow>;
  readonly #lastDecision: Statement<{ at: number | null }>;
  readonly #keepers: readonly Statement[];

  constructor(statements: Statements) {
    this.#next = statements.prepare(
      "retention.next_task",
      "SELECT id FROM task_records WHERE id > ? ORDER BY id LIMIT 1",
    );
    this.#block = statements.prepare(
      "retention.block",
      "SELECT decided_min AS decidedMin FROM task_blocks WHERE block = ?",
    );
    this.#records = statements.prepare(
      "retention.tasks",
      `SELECT ${COLUMNS} WHERE id > ? AND id < ? ORDER BY id LIMIT ?`,
    );
    this.#ofRun = statements.prepare(
      "retention.run",
      `SELECT ${COLUMNS} INDEXED BY task_records_key WHERE task_id = ? LIMIT ${MAX_RUN + 1}`,
    );
    this.#first = statements.prepare("retention.first_attempt", `SELECT ${COLUMNS} WHERE id = ?`);
    this.#attempts = statements.prepare(
      "retention.attempts",
      `SELECT ${COLUMNS} WHERE first_attempt_id = ? AND attempt <> 0`,
    );
    this.#lastDecision = statements.prepare(
      "retention.last_decision",
      "SELECT max(at) AS at FROM decisions WHERE record_id = ? AND record_id IS NOT NULL",
    );
    this.#keepers = [
      statements.prepare(
        "retention.kept_by_alert",
        `SELECT 1 FROM alert_occurrences o CROSS JOIN alert_records a ON a.id = o.alert_id
         WHERE o.record_id = ? AND o.record_id IS NOT NULL AND a.state <> 'resolved' LIMIT 1`,
      ),
      statements.prepare(
        "retention.kept_by_backfill",
        `SELECT 1 FROM backfill_slots s CROSS JOIN backfills b ON b.id = s.backfill_id
         WHERE s.record_id = ? AND s.record_id IS NOT NULL AND b.ended_at IS NULL LIMIT 1`,
      ),
      // A join of other runs too: those of a tick are matched by their task time.
      statements.prepare(
        "retention.kept_by_join",
        `SELECT 1 FROM join_members m CROSS JOIN join_members o ON o.phase_id = m.phase_id AND o.join_key = m.join_key AND o.state = 'open'
         WHERE m.first_attempt_id = ? LIMIT 1`,
      ),
    ];
  }

  page(limits: Limits, cursor: Cursor, maxRows: number): DuePage {
    const due: DueRow[] = [];
    const groups = new Map<string, Group>();
    let { id, surplus } = cursor;
    let [read, found] = [0, 0];
    const cursorAt = (): Cursor => ({ at: 0, id, surplus });
    const rest = this.#restOf(limits, cursor, groups);
    if (rest !== null) {
      surplus -= rest.ids.length;
      found += rest.ids.length;
      due.push({ at: 0, id, ids: rest.ids, rows: rest.ids.length });
    }
    for (let blocks = 0; blocks < MAX_BLOCKS && read < MAX_READ; blocks += 1) {
      const bound = boundOf(limits, surplus);
      const next = this.#next.get(id)?.id;
      if (bound === null || next === undefined) return { due, next: null };
      const until = (Math.floor(next / BLOCK) + 1) * BLOCK;
      const youngest = this.#block.get(Math.floor(next / BLOCK))?.decidedMin ?? null;
      if (youngest !== null && youngest >= bound) {
        id = until - 1;
        continue;
      }
      const wanted = MAX_READ - read;
      const rows = this.#records.all(next - 1, until, wanted);
      for (const row of rows) {
        if (found >= maxRows) return { due, next: cursorAt() };
        read += 1;
        ({ id } = row);
        const rowBound = boundOf(limits, surplus);
        if (rowBound === null || row.decidedAt >= rowBound) continue;
        const { first, ids, endedAt } = this.#groupOf(row, groups);
        // With the first of them the others were decided too.
        if (first !== id || first === rest?.first || endedAt === null || endedAt >= rowBound) continue;
        surplus -= ids.length;
        found += ids.length;
        due.push({ at: 0, id, ids, rows: ids.length });
      }
      if (rows.length < wanted) id = until - 1;
    }
    return { due, next: cursorAt() };
  }

  /** What is left of the run that was cut; null: none was, or something of it goes on. */
  #restOf(limits: Limits, { cut, surplus }: Cursor, groups: Map<string, Group>): Group | null {
    const row = cut === undefined ? undefined : this.#first.get(cut);
    const bound = boundOf(limits, surplus);
    if (row === undefined || bound === null) return null;
    const group = this.#groupOf(row, groups);
    return group.endedAt !== null && group.endedAt < bound ? group : null;
  }

  #groupOf(row: RecordRow, groups: Map<string, Group>): Group {
    const run = `run ${row.taskId}`;
    const known = groups.get(run) ?? groups.get(`task ${row.firstAttemptId}`);
    if (known !== undefined) return known;
    const ofRun = row.taskId === "" ? null : this.#ofRun.all(row.taskId);
    const isRun = ofRun !== null && ofRun.length <= MAX_RUN;
    const rows = isRun ? ofRun : [...this.#first.all(row.firstAttemptId), ...this.#attempts.all(row.firstAttemptId)];
    const ids = rows.map(({ id }) => id).toSorted((a, b) => a - b);
    const group = { first: ids[0] ?? row.id, ids, endedAt: this.#endOf(rows) };
    groups.set(isRun ? run : `task ${row.firstAttemptId}`, group);
    return group;
  }

  #endOf(rows: readonly RecordRow[]): number | null {
    let last = Number.MIN_SAFE_INTEGER;
    for (const row of rows) {
      if (row.state !== "finished" && row.state !== "cancelled") return null;
      // Nothing else says when a task was cancelled.
      const ended = row.finishedAt ?? this.#lastDecision.get(row.id)?.at ?? 0;
      last = Math.max(last, row.decidedAt, ended);
    }
    return rows.some(({ id }) => this.#keepers.some((keeper) => keeper.get(id) !== undefined)) ? null : last;
  }
}
