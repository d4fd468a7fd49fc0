import type { NewPause, Pause, PauseEnd } from "../../pauses.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import type { ChangeLog } from "../write/change-log.ts";

/** `pauses`. */
export class Pauses {
  readonly #inForce: Statement<Pause>;
  readonly #begin: Statement;
  readonly #end: Statement<{ phaseId: number }>;
  readonly #kept: Statement<{ id: number }>;
  readonly #hold: Statement;
  readonly #ids: IdSequence;
  readonly #changes: ChangeLog;

  constructor(statements: Statements, ids: IdSequences, changes: ChangeLog) {
    this.#ids = ids.of("pauses", 16);
    this.#changes = changes;
    this.#inForce = statements.prepare("pause.in_force", IN_FORCE);
    this.#begin = statements.prepare(
      "pause.begin",
      `INSERT INTO pauses (id, phase_id, since, until, paused_by, reason) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (phase_id) WHERE ended_at IS NULL DO UPDATE SET until = excluded.until, paused_by = excluded.paused_by,
         reason = excluded.reason`,
    );
    this.#end = statements.prepare(
      "pause.end",
      "UPDATE pauses SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL RETURNING phase_id AS phaseId",
    );
    this.#kept = statements.prepare(
      "pause.kept",
      `SELECT id FROM task_records WHERE phase_id = ? AND held = 1 AND holds_slot = 1 AND state <> 'finished' AND state <> 'cancelled'
       AND decided_at >= ? AND origin IN ('file', 'child') ORDER BY id LIMIT ${MAX_KEPT}`,
    );
    this.#hold = statements.prepare(
      "pause.hold",
      `UPDATE task_records SET held = 1, holds_slot = 1, due_at = NULL WHERE id = ? AND state = 'waiting' AND held = 0 AND phase_id <> 0
       AND (EXISTS (SELECT 1 FROM pauses WHERE ended_at IS NULL AND phase_id IN (0, task_records.phase_id))
         OR EXISTS (SELECT 1 FROM workflow_phases p WHERE p.id = task_records.phase_id AND p.paused_since IS NOT NULL AND p.removed_at IS NULL))`,
    );
  }

  inForce(): readonly Pause[] {
    return this.#inForce.all();
  }

  begin({ phaseId, until, by, reason }: NewPause, now: number): void {
    this.#begin.run(this.#ids.next(), phaseId, now, until, by, reason);
    this.#changes.note("pauses", phaseId);
  }

  /** Tasks that wait for the resume of their phase since then, without those that a person made. */
  kept(phaseId: number, since: number): readonly number[] {
    return this.#kept.all(phaseId, since).map((row) => row.id);
  }

  /** Whether the task, whose delay is over, waits for the resume of its phase from now on. */
  hold(recordId: number): boolean {
    return this.#hold.run(recordId).changes > 0;
  }

  /** Whether it was in force. */
  end({ id, by }: PauseEnd, now: number): boolean {
    const ended = this.#end.get(now, by, id);
    if (ended !== undefined) this.#changes.note("pauses", ended.phaseId);
    return ended !== undefined;
  }
}

/** Of one turn. */
const MAX_KEPT = 100;

/** Pauses in force with the phase, from their index. */
export const IN_FORCE = `SELECT z.id, z.phase_id AS phaseId, z.since, z.until, z.paused_by AS "by", z.reason, p.removed_at AS removedAt
  FROM pauses z INDEXED BY pauses_in_force LEFT JOIN workflow_phases p ON p.id = z.phase_id WHERE z.ended_at IS NULL
  ORDER BY z.phase_id`;
