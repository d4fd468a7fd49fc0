import type { DoneMessage, JoinDetails, JoinNeed, JoinState } from "../../../core/decide/decider.ts";
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

interface ResultRow {
  readonly member: string;
  readonly recordId: number;
  readonly firstAttemptId: number;
  readonly taskId: string;
  readonly taskTime: number | null;
  readonly meta: string;
}

interface Origin {
  readonly recordId: number;
  readonly firstAttemptId: number;
}

const NONE = -1;
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
  readonly #nextName: Statement<{ member: string; bytes: Buffer; recordId: number }>;
  readonly #replaced: Statement<{ id: number }>;
  readonly #failed: Statement<{ count: number }>;
  readonly #results: Statement<ResultRow>;
  readonly #parents: Statement<Origin>;
  readonly #timeOf: Statement<{ taskTime: number | null }>;
  readonly #up: Statement<{ parentId: number | null; phaseId: number; firstAttemptId: number }>;
  readonly #ofRun: Statement<{ id: number }>;
  readonly #sameRow: Statement<{ joinKey: string }>;

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
    this.#nextName = statements.prepare(
      "join.next_name",
      `SELECT member, CAST(member AS BLOB) AS bytes, record_id AS recordId FROM join_members
       WHERE phase_id = ? AND join_key = ? AND state = ? AND member > CAST(? AS TEXT) AND first_attempt_id <> ? AND first_attempt_id <> ? ORDER BY member LIMIT 1`,
    );
    this.#replaced = statements.prepare(
      "join.replaced",
      `SELECT first_attempt_id AS id FROM join_members WHERE phase_id = ? AND join_key = ? AND member = ? AND info_hash = ?
       AND state = ? AND first_attempt_id <> ? ORDER BY first_attempt_id DESC LIMIT 1`,
    );
    this.#failed = statements.prepare(
      "join.failed",
      `SELECT count(*) AS count FROM join_members WHERE phase_id = ? AND join_key = ? AND state = 'failed'
       AND first_attempt_id <> ? AND first_attempt_id <> ?`,
    );
    this.#results = statements.prepare(
      "join.results",
      `SELECT m.member, r.id AS recordId, m.first_attempt_id AS firstAttemptId, r.task_id AS taskId, r.task_time AS taskTime, r.meta
       FROM join_members m JOIN task_records r ON r.id = m.record_id
       WHERE m.phase_id = ? AND m.join_key = ? AND m.state = 'complete' AND m.first_attempt_id <> ? AND m.first_attempt_id <> ?`,
    );
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
      ? (this.#replaced.get(...row, "failed", self) ?? this.#replaced.get(...row, "complete", self))?.id
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
    const rows = this.#results.all(phaseId, joinKey, self, replaced);
    const ancestor = joinKey.startsWith("task:") ? this.#timeOf.get(Number(joinKey.slice(5))) : undefined;
    return {
      failed: this.#failed.get(phaseId, joinKey, self, replaced)?.count ?? 0,
      results: rows,
      ancestorTime: ancestor?.taskTime ?? null,
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
    return task.origin === "manual" ? (this.#keyByHand(task, joinId) ?? rootKey) : rootKey;
  }

  /** Made in place of another: the same phase, task time and info. */
  #keyByHand(task: NewTask, joinId: number): string | null {
    return this.#sameRow.get(joinId, task.phaseId, task.taskTime, task.message.info)?.joinKey ?? null;
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
