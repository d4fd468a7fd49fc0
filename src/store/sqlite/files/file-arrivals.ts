import { digitsOf, type WallMs, wallOf } from "../../../contract/time/wall-ms.ts";
import type { ArrivalRow, ArrivalsAnswer, ArrivalsRequest } from "../../file-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";

type First = Pick<ArrivalRow, "received_at" | "file_id">;

/** When the files of a phase came, by task time: two or three steps down an index for each, however many files it has. */
export class FileArrivals {
  readonly #taskTime: Statement<{ task_time: WallMs }>;
  readonly #first: Statement<First>;
  readonly #last: Statement<Pick<First, "received_at">>;

  constructor(statements: Statements) {
    this.#taskTime = statements.prepare(
      "file_arrivals.task_time",
      `SELECT task_time FROM file_pattern_matches WHERE phase_id = ? AND task_time < ? ORDER BY task_time DESC LIMIT 1`,
    );
    const edge = (name: string, columns: string, direction: string): Statement<First> =>
      statements.prepare(
        `file_arrivals.${name}`,
        `SELECT ${columns} FROM file_pattern_matches WHERE phase_id = ? AND task_time = ?
         ORDER BY received_at ${direction} LIMIT 1`,
      );
    this.#first = edge("first", "received_at, file_message_id AS file_id", "ASC");
    this.#last = edge("last", "received_at", "DESC");
  }

  /** The newest task time first. */
  of({ phaseId, from, until, least, most }: ArrivalsRequest): ArrivalsAnswer {
    const arrivals: ArrivalRow[] = [];
    for (let before = until ?? wallOf(Number.MAX_SAFE_INTEGER); ;) {
      const taskTime = this.#taskTime.get(phaseId, before)?.task_time;
      if (
        taskTime === undefined ||
        (arrivals.length >= least && (from === null || digitsOf(taskTime) < digitsOf(from)))
      )
        return { arrivals, cut: false };
      if (arrivals.length >= most) return { arrivals, cut: true };
      const first = this.#first.get(phaseId, taskTime);
      const last = this.#last.get(phaseId, taskTime);
      if (first !== undefined && last !== undefined)
        arrivals.push({ task_time: taskTime, ...first, last_received_at: last.received_at });
      before = taskTime;
    }
  }
}
