import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { DoneMessage, JoinDetails, JoinNeed, JoinResult, JoinState } from "../../../core/decide/decider.ts";
import type { JoinArrival, NewTask } from "../../../core/decide/effects.ts";
import type { JoinMembership } from "../../../core/decide/joins/join-key.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { infoHash } from "./info-hash.ts";

type MemberState = "open" | "complete" | "failed";

interface MemberRow {
  readonly joinKey: string;
  readonly state: MemberState;
  readonly byHand: number;
}

/** A task that a join knows. */
export interface KnownMember {
  readonly phaseId: number;
  readonly member: string;
  readonly state: MemberState;
}

interface Origin {
  readonly recordId: number;
  readonly firstAttemptId: number;
}

const NONE = -1;
/** Meta of the newest result of a task; NULL without one. */
const resultMeta = (firstAttemptId: string): string => `ifnull(
  (SELECT a.meta FROM task_records a WHERE a.first_attempt_id = ${firstAttemptId} AND a.attempt <> 0 AND a.result <> '' ORDER BY a.attempt DESC LIMIT 1),
  (SELECT f.meta FROM task_records f WHERE f.id = ${firstAttemptId} AND f.result <> ''))`;
/** Deeper than any chain of phases. */
const MAX_ANCESTORS = 1000;

/** `join_members` and `join_starts`: what joins wait for, and which have started their child. */
export class Joins {
  readonly #add: Statement;
  readonly #settle: Statement;
  readonly #remove: Statement;
  readonly #forget: Statement;
  readonly #forgetStart: Statement;
  readonly #start: Statement;
  readonly #started: Statement;
  readonly #row: Statement<MemberRow>;
  readonly #ofTask: Statement<KnownMember>;
  readonly #takeOver: Statement;
  readonly #waiting: Statement<{ firstAttemptId: number }>;
  readonly #recordOf: Statement<{ id: number }>;
  readonly #nextName: Statement<{ member: string; bytes: Buffer; recordId: number }>;
  readonly #replaced: Statement<{ id: number }>;
  readonly #results: Statement<JoinResult>;
  readonly #resultMeta: Statement<{ meta: string | null }>;
  readonly #parents: Statement<Origin>;
  readonly #timeOf: Statement<{ taskTime: WallMs | null }>;
  readonly #up: Statement<{ parentId: number | null; phaseId: number; firstAttemptId: number }>;
  readonly #ofRun: Statement<{ id: number }>;
  readonly #sameRow: Statement<{ joinKey: string }>;
  readonly #hasName: Statement;
  readonly #onlyFailed: Statement<{ id: number }>;
  readonly #ofTaskKeys: Statement<{ phaseId: number; joinKey: string; state: MemberState }>;
  readonly #replace: Statement;
  readonly #unstarted: Statement<{ joinKey: string; newest: number }>;

  constructor(statements: Statements) {
    this.#add = statements.prepare(
      "join.add",
      `INSERT INTO join_members (first_attempt_id, phase_id, join_key, member, state, record_id, info_hash, by_hand)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET join_key = excluded.join_key, state = excluded.state, record_id = excluded.record_id`,
    );
    this.#settle = statements.prepare(
      "join.settle",
      "UPDATE join_members SET state = ?, record_id = ? WHERE first_attempt_id = ? AND phase_id = ?",
    );
    this.#remove = statements.prepare(
      "join.remove",
      "DELETE FROM join_members WHERE first_attempt_id = ? AND phase_id = ?",
    );
    this.#forget = statements.prepare("join.forget", "DELETE FROM join_members WHERE phase_id = ? AND join_key = ?");
    this.#forgetStart = statements.prepare(
      "join.forget_start",
      "DELETE FROM join_starts WHERE phase_id = ? AND join_key = ?",
    );
    this.#start = statements.prepare(
      "join.start",
      "INSERT INTO join_starts (phase_id, join_key, child_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#started = statements.prepare("join.started", "SELECT 1 FROM join_starts WHERE phase_id = ? AND join_key = ?");
    this.#row = statements.prepare(
      "join.row",
      `SELECT join_key AS joinKey, state, by_hand AS byHand FROM join_members WHERE first_attempt_id = ? AND phase_id = ?`,
    );
    this.#ofTask = statements.prepare(
      "join.of_task",
      "SELECT phase_id AS phaseId, member, state FROM join_members WHERE first_attempt_id = ?",
    );
    this.#takeOver = statements.prepare(
      "join.take_over",
      `UPDATE join_members SET phase_id = ? WHERE phase_id = ? AND join_key NOT IN (SELECT join_key FROM join_starts WHERE phase_id = ?)`,
    );
    this.#waiting = statements.prepare(
      "join.waiting",
      `SELECT max(first_attempt_id) AS firstAttemptId FROM join_members m WHERE phase_id = ? AND state IN ('complete', 'failed')
       AND NOT EXISTS (SELECT 1 FROM join_starts s WHERE s.phase_id = m.phase_id AND s.join_key = m.join_key) GROUP BY join_key`,
    );
    this.#recordOf = statements.prepare(
      "join.record_of",
      "SELECT record_id AS id FROM join_members WHERE first_attempt_id = ? AND phase_id = ?",
    );
    // With bare parameters SQLite plans a query with ORDER BY again at each use.
    this.#nextName = statements.prepare(
      "join.next_name",
      `SELECT member, CAST(member AS BLOB) AS bytes, record_id AS recordId FROM join_members
       WHERE phase_id = +? AND join_key = +? AND state = +? AND member > CAST(? AS TEXT) AND first_attempt_id <> +? AND first_attempt_id <> +? ORDER BY member LIMIT 1`,
    );
    this.#replaced = statements.prepare(
      "join.replaced",
      `SELECT first_attempt_id AS id FROM join_members WHERE phase_id = ? AND join_key = ? AND member = ? AND info_hash = ?
       AND state = ? AND first_attempt_id <> ? ORDER BY first_attempt_id DESC LIMIT 1`,
    );
    this.#results = statements.prepare(
      "join.results",
      `SELECT m.member, m.state, m.first_attempt_id AS firstAttemptId, r.task_id AS taskId, r.task_time AS taskTime,
         iif(m.state = 'complete', r.meta, ifnull(${resultMeta("m.first_attempt_id")}, '')) AS meta
       FROM join_members m JOIN task_records r ON r.id = m.record_id
       WHERE m.phase_id = ? AND m.join_key = ? AND m.state IN ('complete', 'failed') AND m.first_attempt_id <> ? AND m.first_attempt_id <> ?
         AND r.result IS NOT 'skipped'`,
    );
    this.#resultMeta = statements.prepare("join.result_meta", `SELECT ${resultMeta("?")} AS meta`);
    this.#parents = statements.prepare(
      "join.parents",
      `SELECT record_id AS recordId, first_attempt_id AS firstAttemptId FROM join_members
       WHERE phase_id = ? AND join_key = ? AND state = 'complete' AND member = ?`,
    );
    this.#timeOf = statements.prepare("join.time_of", "SELECT task_time AS taskTime FROM task_records WHERE id = ?");
    this.#up = statements.prepare(
      "join.up",
      `SELECT parent_id AS parentId, phase_id AS phaseId, first_attempt_id AS firstAttemptId FROM task_records WHERE id = ?`,
    );
    this.#ofRun = statements.prepare(
      "join.of_run",
      "SELECT id FROM task_records WHERE task_id = ? AND phase_id = ? AND attempt = 0 LIMIT 2",
    );
    this.#hasName = statements.prepare(
      "join.has_name",
      "SELECT 1 FROM join_members WHERE phase_id = ? AND join_key = ? AND state = ? AND member = ? LIMIT 1",
    );
    this.#onlyFailed = statements.prepare(
      "join.only_failed",
      `SELECT m.first_attempt_id AS id FROM join_members m JOIN task_records r ON r.id = m.record_id
       WHERE m.phase_id = ? AND m.join_key = ? AND m.state = 'failed' AND m.member = ?
       AND ifnull(r.finished_at, r.decided_at) <= (SELECT decided_at FROM task_records WHERE id = ?) LIMIT 2`,
    );
    this.#unstarted = statements.prepare(
      "join.unstarted",
      `SELECT join_key AS joinKey, max(first_attempt_id) AS newest FROM join_members m WHERE phase_id = ?
       AND NOT EXISTS (SELECT 1 FROM join_starts s WHERE s.phase_id = m.phase_id AND s.join_key = m.join_key) GROUP BY join_key`,
    );
    this.#ofTaskKeys = statements.prepare(
      "join.of_task_keys",
      "SELECT phase_id AS phaseId, join_key AS joinKey, state FROM join_members WHERE first_attempt_id = ?",
    );
    this.#replace = statements.prepare(
      "join.replace",
      `INSERT INTO join_members (first_attempt_id, phase_id, join_key, member, state, record_id, info_hash, by_hand)
       SELECT ?, phase_id, join_key, member, 'open', ?, info_hash, by_hand FROM join_members WHERE first_attempt_id = ?
       ON CONFLICT DO NOTHING`,
    );
    this.#sameRow = statements.prepare(
      "join.same_row",
      `SELECT m.join_key AS joinKey FROM task_records r JOIN join_members m ON m.first_attempt_id = r.first_attempt_id AND m.phase_id = ?
       WHERE r.phase_id = ? AND r.task_time = ? AND r.task_time IS NOT NULL AND r.info = ? ORDER BY r.id DESC LIMIT 1`,
    );
  }

  /** A new task that joins wait for. An instance whose child was started begins anew with it. */
  add(task: NewTask, recordId: number, parent: Origin | null, fileMessageId: number | null): void {
    for (const membership of task.joins ?? []) {
      const { joinId } = membership;
      const key = this.#keyOfNew(task, membership, parent, fileMessageId);
      if (this.#isStarted(joinId, key)) this.#forgetAll(joinId, key);
      const byHand = task.origin === "manual" ? 1 : 0;
      const { message } = task;
      this.#add.run(recordId, joinId, key, membership.member, "open", recordId, infoHash(message.info), byHand);
    }
  }

  /** The instance that the task of the message belongs to, as it is without it. */
  state({ phaseId, membership }: JoinNeed, { task }: DoneMessage, record: Origin | null): JoinState {
    const { member } = membership;
    const own = record === null ? undefined : this.#row.get(record.firstAttemptId, phaseId);
    const joinKey = own?.joinKey ?? this.#keyOfKnown(membership, task.id, record);
    const self = record?.firstAttemptId ?? NONE;
    const isByHand = own === undefined ? record === null : own.byHand === 1;
    const row = [phaseId, joinKey, member, infoHash(task.info)] as const;
    const replaced = isByHand
      ? (this.#replaced.get(...row, "failed", self)?.id ??
        this.#replaced.get(...row, "complete", self)?.id ??
        this.#failedBefore(phaseId, joinKey, member, self))
      : undefined;
    const names = (state: MemberState) => this.#names(phaseId, joinKey, state, self, replaced ?? NONE);
    return {
      joinKey,
      started: this.#isStarted(phaseId, joinKey),
      own: own?.state ?? null,
      replaces: replaced ?? null,
      open: names("open"),
      complete: names("complete"),
      failed: names("failed"),
      details: () => this.#details(phaseId, joinKey, self, replaced ?? NONE),
    };
  }

  /** The joins that know the task. */
  ofTask(firstAttemptId: number): readonly KnownMember[] {
    return this.#ofTask.all(firstAttemptId);
  }

  /** Whether a join that knows the task has started its child. */
  hasStarted(firstAttemptId: number): boolean {
    return this.#ofTaskKeys.all(firstAttemptId).some(({ phaseId, joinKey }) => this.#isStarted(phaseId, joinKey));
  }

  /** A task began anew: its joins wait for the new one, and start their children again. */
  replace(firstAttemptId: number, by: number): void {
    this.#replace.run(by, by, firstAttemptId);
    for (const { phaseId, joinKey } of this.#ofTaskKeys.all(firstAttemptId)) {
      this.#forgetStart.run(phaseId, joinKey);
      this.#remove.run(firstAttemptId, phaseId);
    }
  }

  /** What came of a task that began anew comes again: joins wait for that. An unfinished one they wait for, too. */
  forgetTask(firstAttemptId: number): void {
    for (const { phaseId, joinKey, state } of this.#ofTaskKeys.all(firstAttemptId)) {
      this.#forgetStart.run(phaseId, joinKey);
      if (state !== "open") this.#remove.run(firstAttemptId, phaseId);
    }
  }

  /** The instances that have started no child are of another phase now. */
  takeOver(from: number, to: number): void {
    this.#takeOver.run(to, from, from);
  }

  /** Of each instance that has started no child the newest task with a result: the record that settled it. */
  waiting(phaseId: number): readonly number[] {
    return this.#waiting
      .all(phaseId)
      .flatMap(({ firstAttemptId }) => this.#recordOf.get(firstAttemptId, phaseId)?.id ?? []);
  }

  settle(arrival: JoinArrival, record: Origin, info: string): void {
    const { phaseId, joinKey, member, state, isNew, replaces, restart } = arrival;
    if (restart) this.#forgetAll(phaseId, joinKey);
    if (replaces !== null) this.#remove.run(replaces, phaseId);
    if (isNew)
      this.#add.run(record.firstAttemptId, phaseId, joinKey, member, state, record.recordId, infoHash(info), 1);
    else this.#settle.run(state, record.recordId, record.firstAttemptId, phaseId);
  }

  start({ phaseId, joinKey }: JoinArrival, childId: number): void {
    this.#start.run(phaseId, joinKey, childId);
  }

  /** The completed tasks of these names. */
  parents({ phaseId, joinKey, parents }: JoinArrival): readonly Origin[] {
    return parents.flatMap((name) => this.#parents.all(phaseId, joinKey, name));
  }

  #isStarted(phaseId: number, joinKey: string): boolean {
    return this.#started.get(phaseId, joinKey) !== undefined;
  }

  #forgetAll(phaseId: number, joinKey: string): void {
    this.#forget.run(phaseId, joinKey);
    this.#forgetStart.run(phaseId, joinKey);
  }

  /** A skip scan: an instance may have many tasks of one name. By bytes, since text that is not valid UTF-8 reads as another. */
  #names(phaseId: number, joinKey: string, state: MemberState, self: number, replaced: number): Map<string, number> {
    const found = new Map<string, number>();
    let row = this.#nextName.get(phaseId, joinKey, state, "", self, replaced);
    while (row !== undefined) {
      found.set(row.member, row.recordId);
      row = this.#nextName.get(phaseId, joinKey, state, row.bytes, self, replaced);
    }
    return found;
  }

  #details(phaseId: number, joinKey: string, self: number, replaced: number): JoinDetails {
    const ancestor = joinKey.startsWith("task:") ? this.#timeOf.get(Number(joinKey.slice(5))) : undefined;
    return {
      results: this.#results.all(phaseId, joinKey, self, replaced),
      ancestorTime: ancestor?.taskTime ?? null,
      ownMeta: this.#resultMeta.get(self, self)?.meta ?? "",
    };
  }

  #keyOfNew(task: NewTask, membership: JoinMembership, parent: Origin | null, fileMessageId: number | null): string {
    const { joinId, from, rootKey } = membership;
    if (from === "ancestor" && parent !== null) return `task:${parent.firstAttemptId}`;
    if (from === "parent" && parent !== null) {
      const known = this.#row.get(parent.firstAttemptId, joinId);
      return known?.joinKey ?? this.#keyOfKnown(membership, task.message.id, parent);
    }
    if (from === "event" && fileMessageId !== null) return `file:${fileMessageId}`;
    return task.origin === "manual" ? (this.#keyByHand(task, membership) ?? rootKey) : rootKey;
  }

  /** Made in place of another: the same phase, task time and info, or the only one that an instance of that time lacks. */
  #keyByHand(task: NewTask, { joinId, member, untimed = false }: JoinMembership): string | null {
    const { phaseId, taskTime, message } = task;
    const same = this.#sameRow.get(joinId, phaseId, taskTime, message.info)?.joinKey;
    if (same !== undefined) return same;
    const lacking = this.#unstarted.all(joinId).filter((one) => {
      const time = this.#timeOfInstance(one.joinKey, one.newest);
      if (time === undefined || (time !== taskTime && !(untimed && time === null))) return false;
      return (
        !this.#hasRow(joinId, one.joinKey, "open", member) && !this.#hasRow(joinId, one.joinKey, "complete", member)
      );
    });
    const failed = lacking.filter(({ joinKey }) =>
      this.#replaced.get(joinId, joinKey, member, infoHash(message.info), "failed", NONE),
    );
    const [only, other] = failed.length === 1 ? failed : lacking;
    return only !== undefined && other === undefined ? only.joinKey : null;
  }

  /** Undefined: the key names the time itself. */
  #timeOfInstance(joinKey: string, newest: number): WallMs | null | undefined {
    const [kind, id] = joinKey.split(":");
    if (kind === "task") return this.#timeOf.get(Number(id))?.taskTime ?? null;
    return kind === "file" || kind === "run" ? (this.#timeOf.get(newest)?.taskTime ?? null) : undefined;
  }

  #hasRow(phaseId: number, joinKey: string, state: MemberState, member: string): boolean {
    return this.#hasName.get(phaseId, joinKey, state, member) !== undefined;
  }

  /** The only failed task of that name that was done when this one was made by hand, whatever its info. */
  #failedBefore(phaseId: number, joinKey: string, member: string, self: number): number | undefined {
    if (self === NONE) return undefined;
    const [only, other] = this.#onlyFailed.all(phaseId, joinKey, member, self);
    return other === undefined ? only?.id : undefined;
  }

  /** A task that the join did not know: it was made before the join, or elsewhere. */
  #keyOfKnown({ ancestorId, rootKey }: JoinMembership, runId: string, record: Origin | null): string {
    if (ancestorId === null) return rootKey;
    let next: number | null = record?.recordId ?? null;
    for (let depth = 0; next !== null && depth < MAX_ANCESTORS; depth++) {
      const row = this.#up.get(next);
      if (row?.phaseId === ancestorId) return `task:${row.firstAttemptId}`;
      next = row?.parentId ?? null;
    }
    // Another program names only the run: enough where the run has one such task.
    const [only, other] = this.#ofRun.all(runId, ancestorId);
    return only !== undefined && other === undefined ? `task:${only.id}` : rootKey;
  }
}
