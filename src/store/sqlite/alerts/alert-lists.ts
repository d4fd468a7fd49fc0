import { isInScope, type Scope } from "../../../contract/api/access/scope.ts";
import { SEVERITIES } from "../../../contract/api/alerts/alert-names.ts";
import type {
  AlertCount,
  AlertFilter,
  AlertGroup,
  AlertGroups,
  AlertPage,
  AlertRow,
  AlertState,
} from "../../alert-store.ts";
import { digitsOf, type WallMs } from "../../../contract/time/wall-ms.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { ALERT_COLUMNS } from "./alert-columns.ts";

/** Maximum alerts that a page reads of one range of an index. */
const MAX_SCANNED = 5000;
/** The same of one state for the groups of unresolved alerts. */
const MAX_GROUPED = 10_000;

const LASTING: readonly AlertState[] = ["open", "acknowledged", "silenced"];

type Scanned = Pick<
  AlertRow,
  "id" | "severity" | "state" | "type" | "task_type" | "job" | "workflow" | "created_at" | "last_seen"
>;
type Grouped = Scanned & Pick<AlertRow, "count" | "open"> & { readonly task_time: WallMs | null };
type Tested = Scanned & Pick<AlertRow, "message" | "cause">;
type Walk = Statement<Tested>;

/** What one range of an index has for a page. */
interface Found {
  readonly ids: readonly number[];
  /** It may have more after this id; null: it has no more. */
  readonly end: number | null;
}

/**
 * Lists of alerts. An index lists those that fit the most selective part of the filter, newest first; each is tested against
 * the rest of it, up to a maximum.
 */
export class AlertLists {
  readonly #row: Statement<AlertRow>;
  readonly #ofState: Walk;
  readonly #ofTask: Walk;
  readonly #ofType: Walk;
  readonly #newest: Walk;
  readonly #grouped: Statement<Grouped>;

  constructor(statements: Statements) {
    this.#row = statements.prepare("alerts.row", `SELECT ${ALERT_COLUMNS} FROM alert_records WHERE id = ?`);
    const columns = "id, severity, state, type, task_type, job, workflow, created_at, last_seen";
    const walk = (name: string, where: string): Walk =>
      statements.prepare(
        `alerts.${name}`,
        `SELECT ${columns}, message, cause FROM alert_records WHERE ${where} AND id < ? ORDER BY id DESC LIMIT ?`,
      );
    this.#ofState = walk("by_state", "state = ? AND state <> 'resolved'");
    this.#ofTask = walk("by_task", "task_type = ? AND job = ?");
    this.#ofType = walk("by_type", "type = ?");
    this.#newest = walk("newest", "id > 0");
    this.#grouped = statements.prepare(
      "alerts.grouped",
      `SELECT ${columns}, count, open, task_time FROM alert_records
       WHERE state = ? AND state <> 'resolved' ORDER BY id DESC LIMIT ?`,
    );
  }

  list(filter: AlertFilter): AlertPage {
    const { limit } = filter;
    const found = this.#ranges(filter).map((range) => walked(range(), filter));
    // A range that was not read to its end may have alerts of its own below there.
    const end = Math.max(0, ...found.map((one) => one.end ?? 0));
    const ids = found
      .flatMap((one) => one.ids)
      .filter((id) => id >= end)
      .toSorted((a, b) => b - a);
    const page = ids.slice(0, limit);
    const isMore = end > 0 || ids.length > limit;
    const last = page.length === limit ? page.at(-1) : end;
    return { alerts: page.flatMap((id) => this.#row.all(id)), next: isMore ? (last ?? end) : null };
  }

  /** The ranges of indexes that have all alerts of the filter; a connection reads one at a time. */
  #ranges({ state, type, taskType, job, before }: AlertFilter): readonly (() => Iterable<Tested>)[] {
    const range =
      (walk: Walk, ...keys: readonly string[]) =>
      (): Iterable<Tested> =>
        walk.iterate(...keys, before ?? Number.MAX_SAFE_INTEGER, MAX_SCANNED);
    if (state === "unresolved") return LASTING.map((one) => range(this.#ofState, one));
    if (state !== null && state !== "resolved") return [range(this.#ofState, state)];
    if (taskType !== null && job !== null) return [range(this.#ofTask, taskType, job)];
    return [type === null ? range(this.#newest) : range(this.#ofType, type)];
  }

  /** Unresolved alerts of the same kind about the same work, the gravest first. */
  groups(limit: number, scope: Scope | null): AlertGroups {
    const groups = new Map<string, Grouped[]>();
    let complete = true;
    for (const state of LASTING) {
      const rows = this.#grouped.all(state, MAX_GROUPED);
      if (rows.length === MAX_GROUPED) complete = false;
      for (const row of rows) {
        if (!isIn(row, scope)) continue;
        const key = JSON.stringify([row.type, row.task_type, row.job, row.workflow]);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [row]);
        else group.push(row);
      }
    }
    const all = Array.from(groups.values(), (rows) => this.#group(rows)).toSorted(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        b.alerts - a.alerts ||
        b.newest_id - a.newest_id,
    );
    return { groups: all.slice(0, limit), total: all.length, complete };
  }

  /** Of the alerts of these groups. */
  countsWithin(scope: Scope): readonly AlertCount[] {
    return LASTING.flatMap((state) => {
      const rows = this.#grouped.all(state, MAX_GROUPED).filter((row) => isIn(row, scope));
      const bySeverity = Map.groupBy(rows, ({ severity }) => severity);
      return Array.from(bySeverity, ([severity, { length: count }]) => ({ state, severity, count }));
    });
  }

  #group(rows: readonly Grouped[]): AlertGroup {
    const newest = rows.reduce((one, other) => (other.id > one.id ? other : one));
    const { type, task_type: taskType, job, workflow } = newest;
    const times = rows.flatMap((row) => (row.task_time === null ? [] : [row.task_time])).toSorted(byTime);
    return {
      type,
      task_type: taskType,
      job,
      workflow,
      severity: SEVERITIES.find((one) => rows.some((row) => row.severity === one)) ?? newest.severity,
      alerts: rows.length,
      unattended: rows.filter((row) => row.state === "open").length,
      count: rows.reduce((sum, row) => sum + row.count, 0),
      open: rows.reduce((sum, row) => sum + row.open, 0),
      first_seen: Math.min(...rows.map((row) => row.created_at)),
      last_seen: Math.max(...rows.map((row) => row.last_seen)),
      first_task_time: times[0] ?? null,
      last_task_time: times.at(-1) ?? null,
      task_zone: this.#row.get(newest.id)?.task_zone ?? null,
      newest_id: newest.id,
    };
  }
}

function byTime(one: WallMs, other: WallMs): number {
  return digitsOf(one) - digitsOf(other);
}

function walked(rows: Iterable<Tested>, filter: AlertFilter): Found {
  const ids: number[] = [];
  let scanned = 0;
  for (const row of rows) {
    scanned += 1;
    if (fits(row, filter)) ids.push(row.id);
    if (ids.length > filter.limit || scanned >= MAX_SCANNED) return { ids, end: row.id };
  }
  return { ids, end: null };
}

function isIn({ task_type: type, workflow }: Scanned, scope: Scope | null): boolean {
  return isInScope(scope, { type, workflow });
}

function fits(row: Tested, filter: AlertFilter): boolean {
  const { state, severity, type, taskType, job, workflow, since, until, text = null } = filter;
  return (
    (state === null || (state === "unresolved" ? row.state !== "resolved" : row.state === state)) &&
    (severity === null || row.severity === severity) &&
    (type === null || row.type === type) &&
    (taskType === null || row.task_type === taskType) &&
    (job === null || row.job === job) &&
    (workflow === null || row.workflow === workflow) &&
    isIn(row, filter.scope ?? null) &&
    (since === null || row.last_seen >= since) &&
    (until === null || row.created_at < until) &&
    (text === null || has(row, text.toLowerCase()))
  );
}

function has({ message, task_type: type, job, workflow, cause }: Tested, text: string): boolean {
  const task = job === "" ? type : `${type}:${job}`;
  return [message, task, workflow, cause].some((one) => one.toLowerCase().includes(text));
}
