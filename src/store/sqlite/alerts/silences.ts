import { present } from "../../../contract/present.ts";
import type { AlertMatcher } from "../../../core/alerts/alert-matcher.ts";
import type { LastingSilence, SilenceableAlert, SilenceStep, SilenceTurn } from "../../../core/alerts/silences.ts";
import type { NewSilence } from "../../alert-store.ts";
import type { Alerts } from "./alerts.ts";
import type { IdSequence, IdSequences } from "../database/id-sequences.ts";
import type { Statement, Statements } from "../database/connection.ts";

type LastingSilenceRow = Omit<LastingSilence, "matcher"> & { readonly matchers: string };

/** `silences`, and the state of the alerts they cover. */
export class Silences {
  readonly #alerts: Alerts;
  readonly #ids: IdSequence;
  readonly #insert: Statement;
  readonly #remove: Statement;
  readonly #lasting: Statement<LastingSilenceRow>;
  readonly #progress: Statement;
  readonly #open: Statement<SilenceableAlert>;
  readonly #silenced: Statement<SilenceableAlert>;
  readonly #notifiedUpTo: Statement<{ id: number }>;

  constructor(statements: Statements, ids: IdSequences, alerts: Alerts) {
    this.#alerts = alerts;
    this.#ids = ids.of("silences", 64);
    this.#insert = statements.prepare(
      "silence.insert",
      `INSERT INTO silences (id, alert_id, matchers, starts_at, ends_at, author, reason, created_at, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'planned')`,
    );
    this.#remove = statements.prepare(
      "silence.remove",
      "UPDATE silences SET removed_at = ?, removed_by = ? WHERE id = ? AND removed_at IS NULL AND ends_at > ?",
    );
    this.#lasting = statements.prepare(
      "silence.lasting",
      `SELECT id, alert_id AS alertId, matchers, starts_at AS startsAt, ends_at AS endsAt, author, reason, removed_at AS removedAt,
         removed_by AS removedBy, checked_through_id AS checkedThroughId, state FROM silences WHERE state <> 'ended' ORDER BY id`,
    );
    this.#progress = statements.prepare(
      "silence.progress",
      "UPDATE silences SET state = ?, checked_through_id = ? WHERE id = ?",
    );
    const columns = "id, type, severity, task_type AS taskType, job, workflow, labels";
    this.#open = statements.prepare(
      "silence.open_alerts",
      `SELECT ${columns} FROM alert_records WHERE state = 'open' AND state <> 'resolved' AND id > ? ORDER BY id LIMIT ?`,
    );
    this.#silenced = statements.prepare(
      "silence.silenced_alerts",
      `SELECT ${columns} FROM alert_records WHERE silence_id = ? AND state = 'silenced' ORDER BY id LIMIT ?`,
    );
    this.#notifiedUpTo = statements.prepare(
      "silence.notified_up_to",
      "SELECT ifnull(max(max(cursor_id, immediate_cursor_id)), 0) AS id FROM alert_channels",
    );
  }

  add({ alertId, matcher, startsAt, endsAt, author, reason }: NewSilence, now: number): number {
    const id = this.#ids.next();
    this.#insert.run(id, alertId, JSON.stringify(matcher), startsAt, endsAt, author, reason, now);
    return id;
  }

  remove(id: number, by: string, now: number): boolean {
    return this.#remove.run(now, by, id, now).changes > 0;
  }

  /** Silences that have not ended, oldest first. */
  lasting(): readonly LastingSilence[] {
    return this.#lasting
      .all()
      .map(({ matchers, ...row }) => ({ ...row, matcher: JSON.parse(matchers) as AlertMatcher }));
  }

  /** Whether there are open alerts that the silence was not checked against. */
  hasUnchecked({ checkedThroughId }: LastingSilence): boolean {
    return this.#open.all(checkedThroughId, 1).length > 0;
  }

  /** The alerts of the next step. */
  alertsOf({ silence, kind, limit }: SilenceTurn): readonly SilenceableAlert[] {
    return kind === "cover" ? this.#open.all(silence.checkedThroughId, limit) : this.#silenced.all(silence.id, limit);
  }

  write({ id }: LastingSilence, step: SilenceStep, now: number): void {
    if (step.silenced.length > 0) {
      const notifiedUpTo = present(this.#notifiedUpTo.get(), "the newest cursor of the channels").id;
      for (const { alertId, ...person } of step.silenced) this.#alerts.silence(alertId, id, notifiedUpTo, person, now);
    }
    for (const { alertId, ...person } of step.reopened) this.#alerts.reopen(alertId, person, now);
    for (const { alertId, silenceId } of step.handedOver) this.#alerts.reassign(alertId, silenceId);
    this.#progress.run(step.state, step.checkedThroughId, id);
  }
}
