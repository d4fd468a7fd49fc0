import { DAY } from "../../../contract/time/time-units.ts";
import type { Connection, Statement } from "../database/connection.ts";
import { infoHash } from "../tasks/info-hash.ts";
import type { ImportRules } from "./import-rules.ts";
import { madeAt, precedes, type TaskLine } from "./task-line.ts";
import { TaskSums } from "./task-sums.ts";

type Found = readonly [
  id: number,
  state: string,
  result: string,
  created: number | null,
  decidedAt: number,
  started: number | null,
  ended: number | null,
];

const SAME_TASK = "task_id = ? AND type = ? AND job = ? AND info_hash = ?";
/** With more identical attempts than this, the parent of a task is uncertain. */
const MAX_ATTEMPTS = 20;

/**
 * Imports `task_records`, in the order of creation: one record for each attempt, so the line of a sent task and the line of
 * its result become one record, and a repeat changes nothing.
 */
export class TaskImport {
  readonly #rules: ImportRules;
  readonly #sums: TaskSums;
  /** Unfinished tasks for which the older program raised an alert, as `taskKey`s. */
  readonly #reported: ReadonlySet<string>;
  readonly #find: Statement<Found>;
  readonly #insert: Statement;
  readonly #finish: Statement;
  readonly #earlier: Statement<readonly [id: number, attempt: number, firstAttemptId: number]>;
  readonly #link: Statement;
  #lastId = 0;

  constructor(db: Connection, rules: ImportRules, incomplete: ReadonlySet<string>) {
    this.#rules = rules;
    this.#reported = incomplete;
    this.#sums = new TaskSums(db);
    this.#find = db.prepare(
      `SELECT id, state, result, created, decided_at, started, ended FROM task_records
       WHERE ${SAME_TASK} AND ifnull(created, 0) = ? AND attempt = ? AND info = ? LIMIT 1`,
    );
    this.#insert = db.prepare(
      `INSERT INTO task_records (id, task_id, type, job, info, info_hash, meta, msg, result, state, origin, attempt,
         first_attempt_id, parent_id, task_time, workflow, created, decided_at, deadline_at, started, ended, finished_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#finish = db.prepare(
      `UPDATE task_records SET state = 'finished', deadline_at = NULL, result = ?, msg = ?, meta = ?, started = ?, ended = ?, finished_at = ?
       WHERE id = ?`,
    );
    this.#earlier = db.prepare(
      `SELECT id, attempt, first_attempt_id FROM task_records WHERE ${SAME_TASK} AND attempt < ? AND info = ? LIMIT ${MAX_ATTEMPTS}`,
    );
    this.#link = db.prepare(
      `INSERT INTO task_relationships (origin_id, kind, phase_id, position, parent_id, child_id) VALUES (?, 'retry', 0, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    );
    this.#find.raw();
    this.#earlier.raw();
  }

  get count(): number {
    return this.#lastId;
  }

  /** `merged`: a line of an existing record. */
  add(line: TaskLine): "added" | "merged" {
    const about = this.#rules.readTask(line.meta, line.info);
    const hash = infoHash(line.info);
    const { id, type, job, info } = line;
    const found = this.#find.get(id, type, job, hash, line.created ?? 0, about.attempt, info);
    if (found === undefined) {
      this.#add(line, hash, about);
      return "added";
    }
    if (precedes(line.result, found[2])) this.#complete(line, found);
    return "merged";
  }

  /** Writes the sums. */
  end(): void {
    this.#sums.end();
  }

  #add(line: TaskLine, hash: number, about: ReturnType<ImportRules["readTask"]>): void {
    const { now, taskTtl } = this.#rules;
    const { attempt } = about;
    const id = (this.#lastId += 1);
    const made = madeAt(line);
    const isFinished = line.result !== "";
    const isWaitedFor = !isFinished && made !== null && now - made < DAY && !this.#reported.has(taskKey(line));
    const ancestry =
      attempt === 0 ? { parentId: null, firstAttemptId: id } : this.#ancestryOfRetry(line, hash, attempt, id);
    this.#insert.run(
      id,
      line.id,
      line.type,
      line.job,
      line.info,
      hash,
      line.meta,
      line.msg,
      line.result,
      isFinished ? "finished" : isWaitedFor ? "sent" : "overdue",
      attempt === 0 ? "external" : "retry",
      attempt,
      ancestry.firstAttemptId,
      ancestry.parentId,
      about.taskTime,
      about.workflow,
      line.created,
      made ?? now,
      isWaitedFor && made !== null ? made + taskTtl : null,
      line.started,
      line.ended,
      isFinished ? (line.ended ?? made ?? now) : null,
    );
    this.#sums.add({ ...line, decidedAt: made ?? now });
  }

  /** Only when exactly one record can be the previous attempt, and exactly one the first. */
  #ancestryOfRetry(
    { id: taskId, type, job, info }: TaskLine,
    hash: number,
    attempt: number,
    id: number,
  ): { readonly parentId: number | null; readonly firstAttemptId: number } {
    const earlier = this.#earlier.all(taskId, type, job, hash, attempt, info);
    const [first, ...otherFirst] = earlier.filter((one) => one[1] === 0);
    if (first === undefined || otherFirst.length > 0) return { parentId: null, firstAttemptId: id };
    const [before, ...otherBefore] = earlier.filter((one) => one[1] === attempt - 1 && one[2] === first[0]);
    if (before === undefined || otherBefore.length > 0) return { parentId: null, firstAttemptId: first[0] };
    const isLinked = this.#link.run(first[0], attempt, before[0], id).changes === 1;
    return { parentId: isLinked ? before[0] : null, firstAttemptId: first[0] };
  }

  #complete(line: TaskLine, [id, state, result, created, decidedAt, started, ended]: Found): void {
    this.#finish.run(
      line.result,
      line.msg,
      line.meta,
      line.started,
      line.ended,
      line.ended ?? madeAt(line) ?? this.#rules.now,
      id,
    );
    const { type, job } = line;
    this.#sums.replace(
      { recordId: id, type, job, created, decidedAt, state, result, started, ended },
      { ...line, created, decidedAt },
    );
  }
}

export function taskKey({
  id,
  type,
  job,
}: {
  readonly id: string;
  readonly type: string;
  readonly job: string;
}): string {
  return `${id}\0${type}\0${job}`;
}
