import { type CountedFilter, countedQuery } from "../../../contract/query/counted-query.ts";
import type { TaskQuery } from "../../../contract/query/task-query.ts";
import { DAY, HOUR, MINUTE } from "../../../contract/time/time-units.ts";
import { digitsOf } from "../../../contract/time/wall-ms.ts";
import { fromWall, zoneOf, type Zone } from "../../../core/time/zone.ts";
import {
  FACETS,
  type HistogramRequest,
  type SortedTasks,
  type SortRequest,
  type TaskFacets,
  type TaskFailures,
  type TaskHistogram,
  type TaskViewQueries,
} from "../../task-queries.ts";
import type { Outcomes } from "../../stats-queries.ts";
import type { TaskRow } from "../../task-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { TaskGenerations } from "../lineage/task-generations.ts";
import { TASK_COLUMNS } from "../tasks/task-lists.ts";
import { groupFailures } from "../failures/group-failures.ts";
import { SCAN_MS, scanTasks } from "./scan-tasks.ts";
import type { TaskSearch } from "./task-search.ts";

const MAX_VALUES = 100;
/** Groups are looked at by themselves, and their counts matter. */
const FAILURES_MS = 200;
const MAX_ATTEMPTS = 1000;
const SUMS = `sum(total) AS total, sum(complete) AS complete, sum(error) AS error, sum(warn) AS warn, sum(alert) AS alert,
  sum(unknown) AS unknown, sum(cancelled) AS cancelled`;

type Counted = Omit<Outcomes, "unfinished">;

/** Matches of a query in another order, or as numbers. */
export class TaskViews {
  readonly #search: TaskSearch;
  readonly #total: Statement<{ [K in keyof Counted]: number | null }>;
  readonly #hours: Statement<Counted & { readonly hour: number }>;
  readonly #attempts: Statement<TaskRow>;
  readonly #byId: Statement<TaskRow>;
  readonly #generations: TaskGenerations;

  constructor(search: TaskSearch, generations: TaskGenerations, statements: Statements) {
    this.#search = search;
    this.#generations = generations;
    const kind = "(? IS NULL OR type = ?) AND (? IS NULL OR job = ?)";
    this.#total = statements.prepare("views.total", `SELECT ${SUMS} FROM task_counts_daily WHERE ${kind}`);
    this.#hours = statements.prepare(
      "views.hours",
      `SELECT hour, ${SUMS} FROM task_counts_hourly WHERE hour >= ? AND hour < ? AND ${kind} GROUP BY hour ORDER BY hour`,
    );
    this.#byId = statements.prepare("views.by_id", `SELECT ${TASK_COLUMNS} FROM task_records WHERE id = ?`);
    this.#attempts = statements.prepare(
      "views.attempts",
      `SELECT ${TASK_COLUMNS} FROM task_records INDEXED BY task_records_attempts
       WHERE first_attempt_id = ? AND attempt <> 0 ORDER BY attempt LIMIT ${MAX_ATTEMPTS - 1}`,
    );
  }

  total(query: TaskQuery): number | null {
    const filter = countedQuery(query);
    if (filter === null) return null;
    const { type, job, result, state } = filter;
    const row = this.#total.get(type, type, job, job);
    const of = (name: keyof Counted): number => row?.[name] ?? 0;
    const unfinished =
      of("total") - of("complete") - of("error") - of("warn") - of("alert") - of("unknown") - of("cancelled");
    if (result !== null) {
      const isCounted = result === "complete" || result === "error" || result === "warn" || result === "alert";
      return isCounted && (state === null || state === "finished") ? of(result) : null;
    }
    if (state === null) return of("total");
    if (state === "cancelled") return of("cancelled");
    return state === "finished" ? of("total") - unfinished - of("cancelled") : null;
  }

  sorted({ query, by, descending, limit, after }: SortRequest): SortedTasks {
    const until = after?.until ?? this.#search.newest() + 1;
    const bounded = after === null || after.from === 0 ? query : within(query, "record", after.from, null);
    const { rows, from, searchedTo, unindexed } = scanTasks(
      this.#search,
      bounded,
      until,
      after === null ? SCAN_MS : null,
    );
    const range = after ?? { from, until };
    const order = (a: Key, b: Key): number => compare(a, b, descending);
    const keyed = rows.map((row) => ({ row, value: valueOf(row, by), record: row.record_id })).toSorted(order);
    const rest = after === null ? keyed : keyed.filter((one) => order(one, after) > 0);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    return {
      rows: page.map(({ row }) => row),
      next:
        last === undefined || rest.length === page.length
          ? null
          : { value: last.value, record: last.record, from: range.from, until: range.until },
      total: rows.length,
      searched_to: range.from === 0 ? null : (searchedTo ?? this.#search.decidedAt(range.from)),
      unindexed,
    };
  }

  facets(query: TaskQuery): TaskFacets {
    const { rows, searchedTo, unindexed } = scanTasks(this.#search, query, null, SCAN_MS);
    const count = (field: (typeof FACETS)[number]) => {
      const counts = new Map<string, number>();
      for (const row of rows) counts.set(row[field], (counts.get(row[field]) ?? 0) + 1);
      return [...counts]
        .toSorted(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
        .slice(0, MAX_VALUES)
        .map(([value, number]) => ({ value, count: number }));
    };
    const [type, job, workflow, result, state] = FACETS.map(count);
    const facets = { type, job, workflow, result, state } as TaskFacets["facets"];
    return { total: rows.length, facets, searched_to: searchedTo, unindexed };
  }

  failures(query: TaskQuery, limit: number): TaskFailures {
    const failed: TaskQuery = {
      kind: "and",
      terms: [query, { kind: "text", field: "fingerprint", values: [["", ""]] }],
    };
    const { rows, searchedTo, unindexed } = scanTasks(this.#search, failed, null, FAILURES_MS);
    const groups = groupFailures(rows, this.#search);
    return {
      groups: groups.slice(0, limit),
      found: groups.length,
      total: rows.length,
      searched_to: searchedTo,
      unindexed,
    };
  }

  histogram({ query, step, zone: name, ...span }: HistogramRequest): TaskHistogram {
    const zone = zoneOf(name);
    const buckets = new Map<number, Sums>();
    const bucketAt = (at: number): Sums => {
      const start = startOf(at, step, zone);
      let sums = buckets.get(start);
      if (sums === undefined) buckets.set(start, (sums = emptySums()));
      return sums;
    };
    const filter = countedQuery(query);
    const counted = step === "minute" || filter === null ? null : countedOutcomes(filter);
    if (filter !== null && counted !== null) {
      const [from, until] = [Math.floor(span.from / HOUR) * HOUR, Math.ceil(span.until / HOUR) * HOUR];
      const { type, job } = filter;
      for (const row of this.#hours.all(from, until, type, type, job, job)) {
        if (counted.every((field) => row[field] === 0)) continue;
        const sums = bucketAt(row.hour);
        for (const field of counted) {
          sums[field] += row[field];
          if (counted !== OUTCOMES) sums.total += row[field];
        }
      }
      return { from, until, buckets: listed(buckets), searched_to: null, unindexed: 0 };
    }
    const bounded = within(query, "decided", span.from, span.until);
    const { rows, searchedTo, unindexed } = scanTasks(this.#search, bounded, null, SCAN_MS);
    for (const row of rows) {
      const sums = bucketAt(row.decided_at);
      sums.total += 1;
      const outcome = outcomeOf(row);
      if (outcome !== null) sums[outcome] += 1;
    }
    // A search that came past the range has found all of it.
    const isThrough = searchedTo === null || searchedTo < span.from;
    return { ...span, buckets: listed(buckets), searched_to: isThrough ? null : searchedTo, unindexed };
  }

  attempts(recordId: number): readonly TaskRow[] {
    const named = this.#byId.get(recordId);
    if (named === undefined) return [];
    const [original = recordId, ...later] = this.#generations.all(named.first_attempt_id);
    const first = this.#byId.get(original);
    if (first === undefined) return [named];
    const retries = [original, ...later].flatMap((id) => this.#attempts.all(id));
    // One that began with a later attempt, because nothing is known of its first, is among them.
    return [...(first.attempt === 0 ? [first] : []), ...retries].slice(0, MAX_ATTEMPTS);
  }

  firstAttempts(recordIds: readonly number[]): readonly number[] {
    return recordIds.map((id) => this.#generations.original(this.#byId.get(id)?.first_attempt_id ?? id));
  }
}

/** The queries of the port. `read` opens the views. */
export function taskViewQueries(read: <T>(query: (views: TaskViews) => T) => T): TaskViewQueries {
  return {
    total: async (query) => read((views) => views.total(query)),
    sorted: async (request) => read((views) => views.sorted(request)),
    facets: async (query) => read((views) => views.facets(query)),
    failures: async (query, limit) => read((views) => views.failures(query, limit)),
    histogram: async (request) => read((views) => views.histogram(request)),
    attempts: async (recordId) => read((views) => views.attempts(recordId)),
    firstAttempts: async (recordIds) => read((views) => views.firstAttempts(recordIds)),
  };
}

function within(query: TaskQuery, field: "record" | "decided", from: number | null, until: number | null): TaskQuery {
  return { kind: "and", terms: [query, { kind: "range", field, ranges: [{ from, until }] }] };
}

interface Key {
  readonly value: number | null;
  readonly record: number;
}

/** Records without a value come last in both directions; of equal ones the newest first. */
function compare(a: Key, b: Key, descending: boolean): number {
  if (a.value === b.value) return b.record - a.record;
  if (a.value === null) return 1;
  if (b.value === null) return -1;
  return descending ? b.value - a.value : a.value - b.value;
}

function valueOf(row: TaskRow, by: SortRequest["by"]): number | null {
  switch (by) {
    case "created":
      return row.record_id;
    case "task_time":
      return row.task_time === null ? null : digitsOf(row.task_time);
    case "queue":
      return row.queue_seconds;
    case "run":
      return row.task_seconds;
  }
}

const OUTCOMES = ["total", "complete", "error", "warn", "alert", "unknown", "cancelled"] as const;
/** The counters that answer it; null: they know less than it asks for. */
function countedOutcomes({ result, state }: CountedFilter): readonly (keyof Sums)[] | null {
  if (result === null) return state === null ? OUTCOMES : state === "cancelled" ? ["cancelled"] : null;
  if (state !== null && state !== "finished") return null;
  return result === "complete" || result === "error" || result === "warn" || result === "alert" ? [result] : null;
}

type Sums = Record<(typeof OUTCOMES)[number], number>;

function emptySums(): Sums {
  return { total: 0, complete: 0, error: 0, warn: 0, alert: 0, unknown: 0, cancelled: 0 };
}

/** As the counters count it; null: unfinished. */
function outcomeOf({ state, result }: TaskRow): Exclude<keyof Sums, "total"> | null {
  if (state === "cancelled") return "cancelled";
  if (state !== "finished") return null;
  return result === "complete" || result === "error" || result === "warn" || result === "alert" ? result : "unknown";
}

function listed(buckets: ReadonlyMap<number, Sums>): TaskHistogram["buckets"] {
  return [...buckets]
    .toSorted(([a], [b]) => a - b)
    .map(([at, sums]) => {
      const { total, complete, error, warn, alert, unknown, cancelled } = sums;
      return { at, ...sums, unfinished: total - complete - error - warn - alert - unknown - cancelled };
    });
}

/** The first instant of the minute, hour or day by the clocks of the zone. */
function startOf(at: number, step: HistogramRequest["step"], zone: Zone): number {
  if (step === "minute") return Math.floor(at / MINUTE) * MINUTE;
  const offset = zone.offsetAt(at);
  if (step === "hour") return Math.floor((at + offset) / HOUR) * HOUR - offset;
  return fromWall(Math.floor((at + offset) / DAY) * DAY, zone);
}
