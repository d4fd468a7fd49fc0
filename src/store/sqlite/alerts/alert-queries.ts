import { isInScope, type Scope } from "../../../contract/api/access/scope.ts";
import { present } from "../../../contract/present.ts";
import type { AlertMatcher } from "../../../core/alerts/alert-matcher.ts";
import type {
  AlertChannelRow,
  AlertCount,
  AlertDay,
  AlertHistory,
  AlertQueries,
  AlertRow,
  LabelledAlert,
  NotificationRow,
  OccurrenceRow,
  SilenceRow,
} from "../../alert-store.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { ALERT_COLUMNS } from "./alert-columns.ts";
import { AlertLists } from "./alert-lists.ts";

const NOTIFICATION = `id, channel, kind, state, delivery_id, text, alerts, occurrences, interval_ms, next_at, created_at, due_at, attempts,
  answer, finished_at`;

const MAX_OF_ONE = 100;
const MAX_COVERED = 20;
/** Notifications that are searched for one alert. */
const MAX_SCANNED = 1000;

type OccurrenceRaw = Omit<AlertHistory["occurrences"][number], "reopened"> & { readonly reopened: number };
type SilenceRaw = Omit<SilenceRow, "matcher" | "covers" | "covered"> & { readonly matchers: string };
type NotificationRaw = Omit<NotificationRow, "alert_ids"> & { readonly alerts: string };
type SilenceFilter = Parameters<AlertQueries["silences"]>[0];
type NotificationFilter = Parameters<AlertQueries["notifications"]>[0];

/** Alert queries for people. */
export class AlertReader {
  readonly lists: AlertLists;
  readonly #labelled: Statement<LabelledAlert>;
  readonly #open: Statement<LabelledAlert>;
  readonly #day: Statement<Omit<AlertDay, "from">>;
  readonly #began: Statement<Pick<AlertRow, "type" | "workflow" | "severity">>;
  readonly #newestId: Statement<{ id: number | null }>;
  readonly #after: Statement<OccurrenceRow>;
  readonly #one: Statement<AlertRow & { labels: string; notify: string }>;
  readonly #occurrences: Statement<OccurrenceRaw>;
  readonly #changes: Statement<AlertHistory["changes"][number]>;
  readonly #counts: Statement<AlertCount>;
  readonly #silences: Statement<SilenceRaw>;
  readonly #lastingSilences: Statement<SilenceRaw>;
  readonly #covered: Statement<AlertRow>;
  readonly #covers: Statement<{ count: number }>;
  readonly #notifications: Statement<NotificationRaw>;
  readonly #ofChannel: Statement<NotificationRaw>;
  readonly #since: Statement<NotificationRaw>;
  readonly #channels: Statement<Omit<AlertChannelRow, "unfinished"> & { unfinished: number }>;

  constructor(statements: Statements) {
    this.lists = new AlertLists(statements);
    this.#labelled = statements.prepare(
      "alerts.labelled",
      `SELECT ${ALERT_COLUMNS}, labels FROM alert_records WHERE id IN (SELECT value FROM json_each(?))`,
    );
    this.#open = statements.prepare(
      "alerts.open",
      `SELECT ${ALERT_COLUMNS}, labels FROM alert_records WHERE state = 'open' AND state <> 'resolved' AND id < ?
       ORDER BY id DESC LIMIT ?`,
    );
    this.#day = statements.prepare(
      "alerts.day",
      `SELECT count(*) AS alerts, ifnull(sum(severity = 'critical'), 0) AS critical,
         ifnull(sum(severity = 'warning'), 0) AS warning, ifnull(sum(severity = 'info'), 0) AS info
       FROM alert_records WHERE created_at >= ? AND created_at < ?`,
    );
    this.#began = statements.prepare(
      "alerts.began",
      "SELECT task_type AS type, workflow, severity FROM alert_records WHERE created_at >= ? AND created_at < ?",
    );
    this.#newestId = statements.prepare("alerts.newest_occurrence", "SELECT max(id) AS id FROM alert_occurrences");
    this.#after = statements.prepare(
      "alerts.occurrences_after",
      `SELECT o.id, o.alert_id AS alert, a.type, a.severity, a.task_type AS task, a.job, a.task_time, a.workflow, o.task_id,
         o.weight AS times, o.message
       FROM alert_occurrences o CROSS JOIN alert_records a ON a.id = o.alert_id
       WHERE o.id > ? AND o.reopened = 0 ORDER BY o.id LIMIT ?`,
    );
    this.#one = statements.prepare(
      "alerts.one",
      `SELECT ${ALERT_COLUMNS}, labels, notify FROM alert_records WHERE id = ?`,
    );
    this.#occurrences = statements.prepare(
      "alerts.occurrences",
      `SELECT id, at, record_id, task_id, message, resolved_at, reopened FROM alert_occurrences WHERE alert_id = ? ORDER BY id DESC LIMIT ?`,
    );
    this.#changes = statements.prepare(
      "alerts.changes",
      "SELECT at, state, by, note FROM alert_changes WHERE alert_id = ? ORDER BY id LIMIT ?",
    );
    this.#counts = statements.prepare(
      "alerts.counts",
      "SELECT state, severity, count(*) AS count FROM alert_records WHERE state <> 'resolved' GROUP BY state, severity",
    );
    const silence = `SELECT id, state, alert_id, matchers, starts_at, ends_at, author, reason, created_at, removed_at, removed_by
      FROM silences WHERE id < ?`;
    this.#silences = statements.prepare("alerts.silences", `${silence} ORDER BY id DESC LIMIT ?`);
    this.#lastingSilences = statements.prepare(
      "alerts.lasting_silences",
      `${silence} AND state <> 'ended' ORDER BY id DESC LIMIT ?`,
    );
    this.#covered = statements.prepare(
      "alerts.covered",
      `SELECT ${ALERT_COLUMNS} FROM alert_records WHERE silence_id = ? AND state = 'silenced' ORDER BY id DESC LIMIT ?`,
    );
    this.#covers = statements.prepare(
      "alerts.covers",
      "SELECT count(*) AS count FROM alert_records WHERE silence_id = ? AND state = 'silenced'",
    );
    const notification = `SELECT ${NOTIFICATION} FROM alert_notifications WHERE`;
    this.#notifications = statements.prepare("alerts.notifications", `${notification} id < ? ORDER BY id DESC LIMIT ?`);
    this.#ofChannel = statements.prepare(
      "alerts.notifications_of",
      `${notification} channel = ? AND id < ? ORDER BY id DESC LIMIT ?`,
    );
    this.#since = statements.prepare(
      "alerts.notifications_since",
      // Searching the text for the id costs less than parsing each text as JSON.
      `SELECT ${NOTIFICATION} FROM (${notification} id > 0 ORDER BY id DESC LIMIT ?)
       WHERE created_at >= ? AND instr(alerts, ?) > 0`,
    );
    this.#channels = statements.prepare(
      "alerts.channels",
      `SELECT name, interval_ms, next_at, EXISTS (SELECT 1 FROM alert_notifications n
         WHERE n.channel = c.name AND n.state IN ('waiting', 'sending')) AS unfinished FROM alert_channels c ORDER BY name`,
    );
  }

  labelled(ids: readonly number[]): readonly LabelledAlert[] {
    return this.#labelled.all(JSON.stringify(ids));
  }

  open(before: number | null, limit: number): readonly LabelledAlert[] {
    return this.#open.all(before ?? Number.MAX_SAFE_INTEGER, limit);
  }

  days(bounds: readonly number[], scope: Scope | null): readonly AlertDay[] {
    return bounds.slice(0, -1).map((from, index) => {
      const until = present(bounds[index + 1], "the end of a day");
      if (scope !== null) return { from, ...this.#countWithin(scope, from, until) };
      return { from, ...present(this.#day.get(from, until), "the count of a day") };
    });
  }

  #countWithin(scope: Scope, from: number, until: number): Omit<AlertDay, "from"> {
    const counts = { alerts: 0, critical: 0, warning: 0, info: 0 };
    for (const row of this.#began.iterate(from, until)) {
      if (!isInScope(scope, row)) continue;
      counts.alerts += 1;
      counts[row.severity] += 1;
    }
    return counts;
  }

  occurrencesAfter(id: number | null, limit: number): { cursor: number; rows: readonly OccurrenceRow[] } {
    if (id === null) return { cursor: this.#newestId.get()?.id ?? 0, rows: [] };
    const rows = this.#after.all(id, limit);
    return { cursor: rows.at(-1)?.id ?? id, rows };
  }

  one(id: number): AlertHistory | null {
    const row = this.#one.get(id);
    if (row === undefined) return null;
    const notifications = this.#since.all(MAX_SCANNED, row.created_at, `"id":${id},`).map(notificationRow);
    return {
      alert: { ...row, notify: row.notify === "" ? [] : row.notify.split(",") },
      occurrences: this.#occurrences.all(id, MAX_OF_ONE).map((one) => ({ ...one, reopened: one.reopened === 1 })),
      changes: this.#changes.all(id, MAX_OF_ONE),
      notifications: notifications.filter((one) => one.alert_ids.includes(id)).slice(0, MAX_OF_ONE),
    };
  }

  counts(scope: Scope | null): readonly AlertCount[] {
    return scope === null ? this.#counts.all() : this.lists.countsWithin(scope);
  }

  silences({ limit, before, includeEnded }: SilenceFilter): readonly SilenceRow[] {
    const statement = includeEnded ? this.#silences : this.#lastingSilences;
    return statement.all(before ?? Number.MAX_SAFE_INTEGER, limit).map(({ matchers, ...row }) => ({
      ...row,
      matcher: JSON.parse(matchers) as AlertMatcher,
      covers: present(this.#covers.get(row.id), `the count of silence ${row.id}`).count,
      covered: this.#covered.all(row.id, MAX_COVERED),
    }));
  }

  notifications({ limit, before, channel }: NotificationFilter): readonly NotificationRow[] {
    const id = before ?? Number.MAX_SAFE_INTEGER;
    const rows = channel === null ? this.#notifications.all(id, limit) : this.#ofChannel.all(channel, id, limit);
    return rows.map(notificationRow);
  }

  channels(): readonly AlertChannelRow[] {
    return this.#channels.all().map((row) => ({ ...row, unfinished: row.unfinished === 1 }));
  }
}

function notificationRow({ alerts, ...row }: NotificationRaw): NotificationRow {
  return { ...row, alert_ids: (JSON.parse(alerts) as readonly { id: number }[]).map(({ id }) => id) };
}
