import type { WallMs } from "../../../contract/time/wall-ms.ts";
import { secondsText } from "../../../contract/time/instant.ts";
import type { TaskMessage } from "../../../contract/task-message.ts";
import { DAY } from "../../../contract/time/time-units.ts";
import type { IncompleteTask, SlotState } from "../../../core/decide/decider.ts";
import type { NewTask, Outcome, StoredTask, TaskState } from "../../../core/decide/effects.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import { infoHash } from "./info-hash.ts";
import type { CappedPhase } from "../workflows/workflows.ts";

/** A record as a decider sees it, plus the columns that counters need. */
export interface RecordRow extends StoredTask {
  readonly type: string;
  readonly job: string;
  readonly decidedAt: number;
  readonly started: number | null;
  readonly ended: number | null;
}

/** In the order of COLUMNS. */
type RecordValues = readonly [
  recordId: number,
  state: TaskState,
  result: string,
  attempt: number,
  firstAttemptId: number,
  created: number | null,
  phaseId: number,
  holdsSlot: number,
  decidedAt: number,
  started: number | null,
  ended: number | null,
  closed: number,
];
type NamedValues = readonly [...RecordValues, type: string, job: string];

/** Read as an array: every message reads this, and building a second object is measurable. */
const COLUMNS =
  "id, state, result, attempt, first_attempt_id, created, phase_id, holds_slot, decided_at, started, ended, closed";
const SAME_TASK = "task_id = ? AND type = ? AND job = ? AND info_hash = ?";
/** Read in key order, so that no sort is needed. Only abuse gives a task more records than this. */
const MAX_READ = 200;
const MAX_HELD = 100;
/** As in the condition of the index task_records_slots. */
const UNFINISHED = "state <> 'finished' AND state <> 'cancelled'";
/** As in the condition of the index task_records_deadline: queued, sent or running. */
export const UNDER_WAY =
  "deadline_at IS NOT NULL AND state <> 'finished' AND state <> 'waiting' AND state <> 'overdue' AND state <> 'cancelled'";
/** Jobs of one type in one run that are compared when a result names none. */
const MAX_JOBS = 50;

export interface MessageRow {
  readonly taskId: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly created: number | null;
  readonly meta: string;
}

/** A held task that was released. */
export interface ReleasedRow extends MessageRow {
  readonly phaseId: number;
  readonly taskTime: WallMs | null;
  readonly decidedAt: number;
}

export interface Ancestry {
  readonly id: number;
  readonly firstAttemptId: number;
  readonly parentId: number | null;
  readonly state: TaskState;
  readonly created: number | null;
  readonly workflow: string;
  readonly now: number;
}

const NO_OUTCOME: Outcome & { readonly finishedAt: null } = {
  result: "",
  msg: "",
  meta: "",
  started: null,
  ended: null,
  finishedAt: null,
};

export class TaskRecords {
  readonly #insert: Statement;
  readonly #finish: Statement;
  readonly #setState: Statement;
  readonly #takeSlots: Statement;
  readonly #release: Statement<ReleasedRow>;
  readonly #sameTask: Statement<RecordValues>;
  readonly #sameMoment: Statement<RecordValues>;
  readonly #ofJob: Statement<NamedValues>;
  readonly #jobAfter: Statement<{ job: string }>;
  readonly #byId: Statement<NamedValues>;
  readonly #messageRow: Statement<MessageRow & { readonly taskTime: WallMs | null }>;
  readonly #laterAttempt: Statement<NamedValues>;
  readonly #idOfKey: Statement<{ id: number }>;
  readonly #active: Statement<{ active: number; oldest: number | null }>;
  readonly #held: Statement<{ id: number }>;
  readonly #heldAfter: Statement<{ phaseId: number }>;
  readonly #countHeld: Statement<{ held: number }>;
  readonly #lineage: Statement<{ parentId: number | null; phaseId: number; taskTime: WallMs | null }>;
  readonly #incomplete: Statement<IncompleteTask>;
  readonly #ids: IdSequence;

  constructor(statements: Statements, ids: IdSequences) {
    const prepare: Statements["prepare"] = (name, sql) => statements.prepare(name, sql);
    this.#ids = ids.of("task_records", 4096);
    this.#insert = prepare(
      "record.insert",
      `INSERT INTO task_records (id, task_id, type, job, info, info_hash, meta, msg, result, state, held, holds_slot, origin,
         attempt, first_attempt_id, parent_id, task_time, phase_id, version_id, workflow, scheduled_at, position,
         created, decided_at, due_at, deadline_at, started, ended, finished_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#finish = prepare(
      "record.finish",
      "UPDATE task_records SET state = 'finished', held = 0, result = ?, msg = ?, sent_meta = ifnull(sent_meta, nullif(meta, ?)), meta = ?, started = ?, ended = ?, finished_at = ? WHERE id = ?",
    );
    this.#setState = prepare("record.set_state", "UPDATE task_records SET state = ?, held = 0 WHERE id = ?");
    this.#release = prepare(
      "record.release",
      `UPDATE task_records SET state = 'queued', held = 0, deadline_at = ? + (deadline_at - decided_at), due_at = ?
       WHERE id = ? AND state = 'waiting' AND held = 1
       RETURNING task_id AS taskId, type, job, info, created, meta, phase_id AS phaseId, task_time AS taskTime, decided_at AS decidedAt`,
    );
    this.#sameTask = prepare(
      "record.same_task",
      `SELECT ${COLUMNS} FROM task_records WHERE ${SAME_TASK} AND info = ?
       ORDER BY ifnull(created, 0) DESC, attempt DESC LIMIT ${MAX_READ}`,
    );
    this.#sameMoment = prepare(
      "record.same_moment",
      `SELECT ${COLUMNS} FROM task_records WHERE ${SAME_TASK} AND ifnull(created, 0) = ? AND info = ?
       LIMIT ${MAX_READ}`,
    );
    this.#ofJob = prepare(
      "record.of_job",
      `SELECT ${COLUMNS}, type, job FROM task_records WHERE ${SAME_TASK} AND ifnull(created, 0) = ? AND info = ?
       AND origin <> 'external' LIMIT ${MAX_READ}`,
    );
    this.#jobAfter = prepare(
      "record.job_after",
      "SELECT job FROM task_records WHERE task_id = ? AND type = ? AND job > ? ORDER BY job LIMIT 1",
    );
    this.#byId = prepare("record.by_id", `SELECT ${COLUMNS}, type, job FROM task_records WHERE id = ?`);
    this.#messageRow = prepare(
      "record.message_row",
      "SELECT task_id AS taskId, type, job, info, created, meta, task_time AS taskTime FROM task_records WHERE id = ?",
    );
    // No ORDER BY: with it SQLite plans the query again at each use, and the rows are few.
    this.#laterAttempt = prepare(
      "record.later_attempt",
      `SELECT ${COLUMNS}, type, job FROM task_records WHERE first_attempt_id = ? AND attempt > ? AND attempt <> 0`,
    );
    for (const statement of [this.#sameTask, this.#sameMoment, this.#ofJob, this.#byId, this.#laterAttempt])
      statement.raw();
    this.#idOfKey = prepare(
      "record.id_of_key",
      `SELECT id FROM task_records WHERE ${SAME_TASK} AND ifnull(created, 0) = ? AND attempt = ? AND phase_id = ? AND position = ? LIMIT 1`,
    );
    this.#takeSlots = prepare(
      "record.take_slots",
      `UPDATE task_records SET holds_slot = 1 WHERE type = ? AND job = ? AND ${UNFINISHED}
       AND phase_id = ? AND holds_slot = 0 AND ifnull(deadline_at, ?) >= ?`,
    );
    this.#active = prepare(
      "record.active",
      `SELECT count(*) AS active, min(id) AS oldest FROM task_records
       WHERE phase_id = ? AND held = 0 AND holds_slot = 1 AND ${UNFINISHED}`,
    );
    this.#held = prepare(
      "record.held",
      `SELECT id FROM task_records WHERE phase_id = ? AND held = 1 AND holds_slot = 1 AND ${UNFINISHED}
       ORDER BY id LIMIT ${MAX_HELD}`,
    );
    this.#heldAfter = prepare(
      "record.held_after",
      `SELECT phase_id AS phaseId FROM task_records WHERE phase_id > ? AND held = 1 AND holds_slot = 1
       AND ${UNFINISHED} ORDER BY phase_id LIMIT 1`,
    );
    this.#countHeld = prepare(
      "record.count_held",
      `SELECT count(*) AS held FROM task_records WHERE phase_id = ? AND held = 1 AND holds_slot = 1
       AND ${UNFINISHED}`,
    );
    this.#lineage = prepare(
      "record.lineage",
      "SELECT parent_id AS parentId, phase_id AS phaseId, task_time AS taskTime FROM task_records WHERE id = ?",
    );
    this.#incomplete = prepare(
      "record.incomplete",
      `SELECT id AS recordId, phase_id AS phaseId, task_id AS taskId, type, job, meta, created, task_time AS taskTime, deadline_at AS deadlineAt,
         holds_slot AS holdsSlot
       FROM task_records WHERE ${UNDER_WAY} AND deadline_at <= ? ORDER BY deadline_at LIMIT ?`,
    );
  }

  /** Ids are assigned here, not by SQLite, because attempt 0 refers to its own id. */
  nextId(): number {
    return this.#ids.next();
  }

  /** False when the record exists already. */
  insert(task: NewTask, ancestry: Ancestry, outcome: Outcome | null): boolean {
    const { message } = task;
    const end = outcome === null ? NO_OUTCOME : { ...outcome, finishedAt: ancestry.now };
    const done = this.#insert.run(
      ancestry.id,
      message.id,
      message.type,
      message.job,
      message.info,
      infoHash(message.info),
      outcome === null ? message.meta : end.meta,
      outcome === null ? message.msg : end.msg,
      end.result,
      ancestry.state,
      task.held ? 1 : 0,
      task.holdsSlot || task.held ? 1 : 0,
      task.origin,
      task.attempt,
      ancestry.firstAttemptId,
      ancestry.parentId,
      task.taskTime,
      task.phaseId,
      task.versionId,
      ancestry.workflow,
      task.scheduledAt,
      task.position,
      ancestry.created,
      ancestry.now,
      task.held ? null : task.dueAt,
      task.deadlineAt,
      end.started,
      end.ended,
      end.finishedAt,
    );
    return done.changes === 1;
  }

  finish(recordId: number, outcome: Outcome, now: number): void {
    const { result, msg, meta, started, ended } = outcome;
    this.#finish.run(result, msg, meta, meta, started, ended, now, recordId);
  }

  setState(recordId: number, state: TaskState): void {
    this.#setState.run(state, recordId);
  }

  /**
   * The phase has a cap from now on: its unfinished tasks count against it. Not those overdue for a day, as their workers
   * are lost, and nobody had to end them before.
   */
  takeSlots({ id, type, job }: CappedPhase, now: number): void {
    this.#takeSlots.run(type, job, id, now, now - DAY);
  }

  /** Release a held task; its deadline counts from now. Null when it was released or finished before. */
  release(recordId: number, now: number): ReleasedRow | null {
    return this.#release.get(now, now, recordId) ?? null;
  }

  /** Records of the same id, type, job and info, and of that creation time if there is one. */
  sameTask(task: TaskMessage, created: number | null): readonly RecordRow[] {
    const hash = infoHash(task.info);
    const rows =
      created === null
        ? this.#sameTask.all(task.id, task.type, task.job, hash, task.info)
        : this.#sameMoment.all(task.id, task.type, task.job, hash, created, task.info);
    return rows.map((values) => recordRow(values, task.type, task.job));
  }

  /** Records of the task that Flowlord made, when its worker dropped the job: of the one job that has any. */
  withoutJob(task: TaskMessage, created: number): readonly RecordRow[] {
    const hash = infoHash(task.info);
    let found: readonly RecordRow[] = [];
    let next = this.#jobAfter.get(task.id, task.type, "");
    for (let jobs = 0; next !== undefined && jobs < MAX_JOBS; jobs += 1) {
      const rows = this.#ofJob.all(task.id, task.type, next.job, hash, created, task.info);
      if (rows.length > 0 && found.length > 0) return [];
      if (rows.length > 0) found = rows.map((values) => recordRow(values, values[12], values[13]));
      next = this.#jobAfter.get(task.id, task.type, next.job);
    }
    return found;
  }

  byId(recordId: number): RecordRow | null {
    const values = this.#byId.get(recordId);
    return values === undefined ? null : recordRow(values, values[12], values[13]);
  }

  /** The message of a record: as it was sent, or with the meta that its worker reported. */
  messageRow(recordId: number): (MessageRow & { readonly taskTime: WallMs | null }) | null {
    return this.#messageRow.get(recordId) ?? null;
  }

  /** The latest one after this attempt. */
  laterAttempt(firstAttemptId: number, attempt: number): RecordRow | null {
    let latest: RecordRow | null = null;
    for (const values of this.#laterAttempt.all(firstAttemptId, attempt)) {
      if (latest === null || values[3] > latest.attempt) latest = recordRow(values, values[12], values[13]);
    }
    return latest;
  }

  idOf(task: NewTask, created: number | null): number | null {
    const { message } = task;
    const key = [
      message.id,
      message.type,
      message.job,
      infoHash(message.info),
      created ?? 0,
      task.attempt,
      task.phaseId,
      task.position,
    ];
    return this.#idOfKey.get(...key)?.id ?? null;
  }

  slots(phaseId: number): SlotState {
    const { active, oldest } = this.#active.get(phaseId) ?? { active: 0, oldest: null };
    return { active, oldest, held: this.#held.all(phaseId).map((row) => row.id) };
  }

  countHeld(phaseId: number): number {
    return this.#countHeld.get(phaseId)?.held ?? 0;
  }

  /** A skip scan over the phases in the index. */
  phasesWithHeld(): readonly number[] {
    const found: number[] = [];
    let row = this.#heldAfter.get(-1);
    // A damaged id beyond 2^53 reads as its neighbour, and would be found for ever.
    while (row !== undefined && row.phaseId !== found.at(-1)) {
      found.push(row.phaseId);
      row = this.#heldAfter.get(row.phaseId);
    }
    return found;
  }

  /** The record and its ancestors, nearest first; at most `limit`. */
  ancestors(recordId: number, limit: number): { readonly phaseId: number; readonly taskTime: WallMs | null }[] {
    const found: { phaseId: number; taskTime: WallMs | null }[] = [];
    let next: number | null = recordId;
    while (next !== null && found.length < limit) {
      const row: { parentId: number | null; phaseId: number; taskTime: WallMs | null } | undefined =
        this.#lineage.get(next);
      if (row === undefined) break;
      found.push({ phaseId: row.phaseId, taskTime: row.taskTime });
      next = row.parentId;
    }
    return found;
  }

  incomplete(now: number, limit: number): readonly IncompleteTask[] {
    return this.#incomplete.all(now, limit);
  }
}

/** The message of a record, as it was or will be sent. */
export function messageOf(row: MessageRow): TaskMessage {
  return {
    type: row.type,
    job: row.job,
    info: row.info,
    created: row.created === null ? "" : secondsText(row.created),
    id: row.taskId,
    meta: row.meta,
    result: "",
    msg: "",
    started: "",
    ended: "",
  };
}

function recordRow(values: RecordValues | NamedValues, type: string, job: string): RecordRow {
  return {
    recordId: values[0],
    state: values[1],
    result: values[2],
    attempt: values[3],
    firstAttemptId: values[4],
    created: values[5],
    phaseId: values[6],
    holdsSlot: values[7] === 1,
    decidedAt: values[8],
    started: values[9],
    ended: values[10],
    closed: values[11] === 1,
    type,
    job,
  };
}
