import type { MadeTask } from "./made-task.ts";
import { infoHash } from "../../src/store/sqlite/tasks/info-hash.ts";
import type { Connection } from "../../src/store/sqlite/database/connection.ts";
import { TableWriter } from "./table-writer.ts";

export type Origin = "tick" | "child" | "retry" | "file" | "manual" | "external";

export interface RecordValues {
  readonly id: number;
  readonly taskId: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  readonly msg: string;
  readonly result: string;
  readonly state: "waiting" | "sent" | "overdue" | "finished";
  readonly holdsSlot: boolean;
  readonly origin: Origin;
  readonly attempt: number;
  readonly firstAttemptId: number;
  readonly parentId: number | null;
  readonly taskTime: number | null;
  readonly phaseId: number;
  readonly versionId: number;
  readonly workflow: string;
  readonly scheduledAt: number | null;
  readonly position: number;
  readonly created: number;
  readonly decidedAt: number;
  readonly dueAt: number;
  readonly deadlineAt: number | null;
  readonly started: number | null;
  readonly ended: number | null;
  readonly finishedAt: number | null;
}

export type Relation = "triggered" | "retry" | "join";

/** The rows of a task: record, relationships, decisions, joins, outbox. */
export class TaskTables {
  readonly writers: readonly TableWriter[];
  readonly #records: TableWriter;
  readonly #relationships: TableWriter;
  readonly #decisions: TableWriter;
  readonly #joins: TableWriter;
  readonly #started: TableWriter;
  readonly #outbox: TableWriter;
  readonly #deadLetters: TableWriter;

  constructor(db: Connection) {
    this.#records = new TableWriter(
      db,
      "task_records",
      `id task_id type job info info_hash meta msg result state holds_slot origin attempt first_attempt_id
       parent_id task_time phase_id version_id workflow scheduled_at position created decided_at due_at
       deadline_at started ended finished_at`,
    );
    this.#relationships = new TableWriter(
      db,
      "task_relationships",
      "origin_id kind phase_id position parent_id child_id",
    );
    this.#decisions = new TableWriter(db, "decisions", "at record_id file_message_id phase_id task_time code data");
    this.#joins = new TableWriter(
      db,
      "join_members",
      "first_attempt_id phase_id join_key member state record_id info_hash by_hand",
    );
    this.#outbox = new TableWriter(db, "outbox", "record_id topic due_at");
    this.#deadLetters = new TableWriter(db, "dead_letters", "received_at topic payload code reason redriven_at");
    this.#started = new TableWriter(db, "join_starts", "phase_id join_key child_id");
    this.writers = [
      this.#records,
      this.#relationships,
      this.#decisions,
      this.#joins,
      this.#started,
      this.#outbox,
      this.#deadLetters,
    ];
  }

  get tasks(): number {
    return this.#records.written;
  }

  record(row: RecordValues): void {
    this.#records.add(
      row.id,
      row.taskId,
      row.type,
      row.job,
      row.info,
      infoHash(row.info),
      row.meta,
      row.msg,
      row.result,
      row.state,
      row.holdsSlot ? 1 : 0,
      row.origin,
      row.attempt,
      row.firstAttemptId,
      row.parentId,
      row.taskTime,
      row.phaseId,
      row.versionId,
      row.workflow,
      row.scheduledAt,
      row.position,
      row.created,
      row.decidedAt,
      row.dueAt,
      row.deadlineAt,
      row.started,
      row.ended,
      row.finishedAt,
    );
    if (row.state === "waiting") this.#outbox.add(row.id, row.type, row.dueAt);
  }

  link(originId: number, kind: Relation, phaseId: number, position: number, parentId: number, childId: number): void {
    this.#relationships.add(originId, kind, phaseId, position, parentId, childId);
  }

  decide(
    at: number,
    about: { readonly recordId: number | null; readonly fileMessageId: number | null },
    phaseId: number,
    taskTime: number | null,
    code: string,
    data: string,
  ): void {
    this.#decisions.add(at, about.recordId, about.fileMessageId, phaseId, taskTime, code, data);
  }

  /** A completed task that a join waits for; with its child once that was started. */
  arrive(phaseId: number, key: string, member: string, task: MadeTask, childId: number | null): void {
    this.#joins.add(task.firstId, phaseId, key, member, "complete", task.id, infoHash(task.info), 0);
    if (childId !== null) this.#started.add(phaseId, key, childId);
  }

  deadLetter(
    at: number,
    topic: string,
    payload: string,
    code: string,
    reason: string,
    redrivenAt: number | null,
  ): void {
    this.#deadLetters.add(at, topic, payload, code, reason, redrivenAt);
  }
}
