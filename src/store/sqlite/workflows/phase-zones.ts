import type { Statement, Statements } from "../database/connection.ts";

/** Column `task_zone`: the zone of the task times that a phase gave at that time. Both arguments are SQL; NULL for no phase. */
export function taskZone(phaseId: string, at: string): string {
  return `${zoneAt(phaseId, at)} AS task_zone`;
}

function zoneAt(phaseId: string, at: string): string {
  return `(SELECT z.zone FROM phase_zones z WHERE z.phase_id = ${phaseId} AND z.since <= ${at} ORDER BY z.since DESC LIMIT 1)`;
}

/** The same of a file event: that of a phase that it matched. */
export const FILE_TASK_ZONE = `(SELECT ${zoneAt("m.phase_id", "m.received_at")} FROM file_pattern_matches m
     WHERE m.file_message_id = file_messages.id LIMIT 1) AS task_zone`;

/** `phase_zones`. */
export class PhaseZones {
  readonly #newest: Statement<{ since: number; zone: string }>;
  readonly #put: Statement;

  constructor(statements: Statements) {
    this.#newest = statements.prepare(
      "phase_zone.newest",
      "SELECT since, zone FROM phase_zones WHERE phase_id = ? ORDER BY since DESC LIMIT 1",
    );
    this.#put = statements.prepare(
      "phase_zone.put",
      `INSERT INTO phase_zones (phase_id, since, zone) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET zone = excluded.zone`,
    );
  }

  /** The zone of the phase from now on; the first one counts for all that was before. */
  put(phaseId: number, zone: string, now: number): void {
    const newest = this.#newest.get(phaseId);
    if (newest?.zone === zone) return;
    // A clock that was set back must not hide the new one behind the old.
    this.#put.run(phaseId, newest === undefined ? 0 : Math.max(now, newest.since + 1), zone);
  }
}
