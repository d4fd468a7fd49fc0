import { present } from "../../../contract/present.ts";
import type { AlertMatcher } from "../../../core/alerts/alert-matcher.ts";
import type { NotificationDecider, SilenceableAlert } from "../../../core/alerts/plan-notifications.ts";
import type { NewSilence } from "../../alert-store.ts";
import { type Alerts, BY_ITSELF } from "./alerts.ts";
import type { Statement, Statements } from "../database/connection.ts";

interface SilenceRow {
  readonly id: number;
  readonly alertId: number | null;
  readonly matchers: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly author: string;
  readonly reason: string;
  readonly removedAt: number | null;
  readonly removedBy: string;
  readonly lookedTo: number;
  readonly state: "planned" | "in_force";
}

type Covers = NotificationDecider["covers"];

/** Alerts of one step: a silence may begin or end for very many. */
const STEP = 500;

/** `silences`: which alerts they keep from being told, and when those open again. */
export class Silences {
  readonly #alerts: Alerts;
  readonly #insert: Statement;
  readonly #remove: Statement;
  readonly #lasting: Statement<SilenceRow>;
  readonly #progress: Statement;
  readonly #open: Statement<SilenceableAlert>;
  readonly #silenced: Statement<SilenceableAlert>;
  readonly #toldTo: Statement<{ id: number }>;

  constructor(statements: Statements, alerts: Alerts) {
    this.#alerts = alerts;
    this.#insert = statements.prepare(
      "silence.insert",
      `INSERT INTO silences (alert_id, matchers, starts_at, ends_at, author, reason, created_at, state)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'planned')`,
    );
    this.#remove = statements.prepare(
      "silence.remove",
      "UPDATE silences SET removed_at = ?, removed_by = ? WHERE id = ? AND removed_at IS NULL AND ends_at > ?",
    );
    this.#lasting = statements.prepare(
      "silence.lasting",
      `SELECT id, alert_id AS alertId, matchers, starts_at AS startsAt, ends_at AS endsAt, author, reason, removed_at AS removedAt,
         removed_by AS removedBy, looked_to AS lookedTo, state FROM silences WHERE state <> 'ended' ORDER BY id`,
    );
    this.#progress = statements.prepare(
      "silence.progress",
      "UPDATE silences SET state = ?, looked_to = ? WHERE id = ?",
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
    this.#toldTo = statements.prepare(
      "silence.told_to",
      "SELECT ifnull(max(max(cursor_id, once_id)), 0) AS id FROM alert_channels",
    );
  }

  add({ alertId, matcher, startsAt, endsAt, author, reason }: NewSilence, now: number): number {
    const { lastInsertRowid } = this.#insert.run(
      alertId,
      JSON.stringify(matcher),
      startsAt,
      endsAt,
      author,
      reason,
      now,
    );
    return Number(lastInsertRowid);
  }

  remove(id: number, by: string, now: number): boolean {
    return this.#remove.run(now, by, id, now).changes > 0;
  }

  /** Whether `step` would change anything, and when the next silence begins or ends. */
  due(now: number): { readonly isDue: boolean; readonly nextAt: number | null } {
    let nextAt: number | null = null;
    for (const silence of this.#lasting.all()) {
      if (isOver(silence, now) || (silence.startsAt <= now && this.#hasMore(silence)))
        return { isDue: true, nextAt: now };
      const at = silence.startsAt > now ? silence.startsAt : silence.endsAt;
      nextAt = Math.min(nextAt ?? at, at);
    }
    return { isDue: false, nextAt };
  }

  #hasMore({ state, lookedTo }: SilenceRow): boolean {
    return state === "planned" || this.#open.all(lookedTo, 1).length > 0;
  }

  /** Inside a transaction: one step of each silence. Answers whether more is left. */
  step(covers: Covers, now: number): boolean {
    const lasting = this.#lasting.all();
    let isMore = false;
    for (const silence of lasting) {
      if (isOver(silence, now)) {
        const others = lasting.filter((one) => one !== silence && one.startsAt <= now && !isOver(one, now));
        isMore = this.#end(silence, others, covers, now) || isMore;
      } else if (silence.startsAt <= now) isMore = this.#walk(silence, covers, now) || isMore;
    }
    return isMore;
  }

  /** Open alerts that it was not held against yet: all when it begins, afterwards those that are new. */
  #walk(silence: SilenceRow, covers: Covers, now: number): boolean {
    const alerts = this.#open.all(silence.lookedTo, STEP);
    const scope = scopeOf(silence);
    const toldTo = present(this.#toldTo.get(), "the last alert that a channel told").id;
    const note = `silence ${silence.id}: ${silence.reason}`;
    for (const alert of alerts)
      if (covers(scope, alert)) this.#alerts.silence(alert.id, silence.id, toldTo, { by: silence.author, note }, now);
    this.#progress.run("in_force", alerts.at(-1)?.id ?? silence.lookedTo, silence.id);
    return alerts.length === STEP;
  }

  #end(silence: SilenceRow, others: readonly SilenceRow[], covers: Covers, now: number): boolean {
    const alerts = this.#silenced.all(silence.id, STEP);
    const note = silence.removedAt === null ? "ended" : `was ended by ${silence.removedBy || BY_ITSELF}`;
    for (const alert of alerts) {
      const other = others.find((one) => covers(scopeOf(one), alert));
      if (other === undefined) this.#alerts.reopen(alert.id, `silence ${silence.id} ${note}`, now);
      else this.#alerts.handOver(alert.id, other.id);
    }
    if (alerts.length === STEP) return true;
    this.#progress.run("ended", silence.lookedTo, silence.id);
    return false;
  }
}

function isOver({ endsAt, removedAt }: SilenceRow, now: number): boolean {
  return endsAt <= now || removedAt !== null;
}

function scopeOf({ alertId, matchers }: SilenceRow): { alertId: number | null; matcher: AlertMatcher } {
  return { alertId, matcher: JSON.parse(matchers) as AlertMatcher };
}
