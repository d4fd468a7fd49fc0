import type { NewDecision } from "../../../core/decide/effects.ts";
import type { Statements } from "../database/connection.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import { InsertBatch } from "../database/insert-batch.ts";

/** The record or file event that a decision or an alert is about. */
export interface About {
  readonly recordId: number | null;
  readonly fileMessageId: number | null;
}

export const ABOUT_NOTHING: About = { recordId: null, fileMessageId: null };

/** `decisions`. */
export class Decisions {
  readonly batch: InsertBatch;
  readonly #ids: IdSequence;

  constructor(statements: Statements, ids: IdSequences) {
    this.#ids = ids.of("decisions", 4096);
    const columns = ["id", "at", "record_id", "file_message_id", "phase_id", "task_time", "code", "data"];
    this.batch = new InsertBatch(statements, "decision", "decisions", columns);
  }

  add(decision: NewDecision, about: About, now: number): void {
    const { code, phaseId, taskTime, data } = decision;
    const id = this.#ids.next();
    this.batch.add(id, now, about.recordId, about.fileMessageId, phaseId, taskTime, code, JSON.stringify(data));
  }
}
