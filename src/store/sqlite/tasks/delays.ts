import type { ClockSetBack } from "../../schedule-rows.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { UNDER_WAY } from "./task-records.ts";

/** What counts from a moment that the clock told before it was set back: deadlines, and notifications that are tried again. */
export class Delays {
  /** Each for a clock that was set back by a known time, and for one whose former time only the rows tell. */
  readonly #deadlines: readonly [known: Statement, unknown: Statement];
  readonly #notifications: readonly [known: Statement, unknown: Statement];

  constructor(statements: Statements) {
    const queued = `${UNDER_WAY} AND deadline_at > ?`;
    const sent = "ifnull(due_at, decided_at)";
    const isOld = (base: string): string => `NOT (${base} <= ? AND ${base} > ?)`;
    this.#deadlines = [
      statements.prepare(
        "delay.deadlines",
        `UPDATE task_records SET deadline_at = max(?, deadline_at - ?) WHERE ${queued} AND ${isOld(sent)}`,
      ),
      statements.prepare(
        "delay.deadlines_ahead",
        `UPDATE task_records SET deadline_at = ? + deadline_at - ${sent} WHERE ${queued} AND ${sent} > ?`,
      ),
    ];
    const waiting = "state = 'waiting' AND due_at > ?";
    this.#notifications = [
      statements.prepare(
        "delay.notifications",
        `UPDATE alert_notifications SET due_at = max(?, due_at - ?) WHERE ${waiting} AND ${isOld("created_at")}`,
      ),
      statements.prepare(
        "delay.notifications_ahead",
        `UPDATE alert_notifications SET due_at = ? + due_at - created_at WHERE ${waiting} AND created_at > ?`,
      ),
    ];
  }

  /** They keep their length: what was due is due, and the rest waits as long as before. */
  setBack({ by, since }: ClockSetBack, now: number): void {
    for (const [known, unknown] of [this.#deadlines, this.#notifications])
      if (by === null) unknown.run(now, now, now);
      else known.run(now, by, now, now, since);
  }
}
