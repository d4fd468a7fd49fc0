import { DAY } from "../../../contract/time/time-units.ts";
import type { Pattern, Range, RangeField, TaskQuery, TextField } from "../../../contract/query/task-query.ts";

/** Part of a WHERE clause and the values of its parameters. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Records per row of `task_blocks`. */
export const BLOCK = 2048;

const OF_FAILURE = "FROM task_failures WHERE record_id = task_records.id";
/** The plus keeps SQLite from using an index for the column: the search plan chooses the index. */
const TEXT_COLUMNS: Readonly<Record<TextField, string>> = {
  type: "+type",
  job: "+job",
  result: "+result",
  state: "+state",
  workflow: "+workflow",
  origin: "+origin",
  id: "+task_id",
  unresolved: `(SELECT iif(unresolved, 'true', 'false') ${OF_FAILURE})`,
  fingerprint: `(SELECT fingerprint ${OF_FAILURE})`,
};
const RANGE_COLUMNS: Readonly<Record<RangeField, string>> = {
  record: "+task_records.id",
  attempt: "+attempt",
  created: "+created",
  decided: "+decided_at",
  started: "+started",
  ended: "+ended",
  finished: "+finished_at",
  task_time: "+task_time",
  run: "(CASE WHEN ended >= started THEN ended - started END)",
  queue: "(CASE WHEN started >= created THEN started - created END)",
};

/**
 * The part of a query that SQL can test on a row of `task_records`: every record that matches the query passes, others may
 * too (texts are compared afterwards). Null when there is nothing to test.
 */
export function recordCondition(query: TaskQuery, negated = false): Condition | null {
  switch (query.kind) {
    case "not":
      return recordCondition(query.term, !negated);
    case "and":
    case "or": {
      const terms = query.terms.map((term) => recordCondition(term, negated));
      return (query.kind === "and") === negated ? either(terms) : both(terms);
    }
    case "text":
      return refused(textCondition(TEXT_COLUMNS[query.field], query.values), negated);
    case "range":
      return refused(anyRange(RANGE_COLUMNS[query.field], query.ranges), negated);
    case "moment":
      return negated ? null : anyRange(RANGE_COLUMNS.task_time, query.ranges.map(anywhere));
    case "meta":
      return negated ? null : metaCondition([[query.key], ...query.values]);
    case "words":
      return query.field === "note" && !negated ? HAS_NOTE : null;
  }
}

/** Also what may belong to a task that began anew: its notes may be with another first attempt. */
const HAS_NOTE: Condition = {
  sql: `EXISTS (SELECT 1 FROM notes WHERE target = 'task' AND target_id = task_records.first_attempt_id) OR +attempt > 0
    OR EXISTS (SELECT 1 FROM task_relationships WHERE origin_id = task_records.first_attempt_id AND kind = 'retry')`,
  values: [],
};

/** The same for a row of `task_blocks`; null when any block may contain a match. */
export function blockCondition(query: TaskQuery): Condition | null {
  switch (query.kind) {
    case "and":
      return both(query.terms.map(blockCondition));
    case "or":
      return either(query.terms.map(blockCondition));
    case "range":
      return either(query.ranges.map((range) => blockRange(query.field, range)));
    case "moment":
      return either(query.ranges.map((range) => blockRange("task_time", anywhere(range))));
    case "not":
    case "text":
    case "meta":
    case "words":
      return null;
  }
}

/** What clocks anywhere show at these instants: none is further than a day from UTC. */
function anywhere({ from, until }: Range): Range {
  return { from: from === null ? null : from - DAY, until: until === null ? null : until + DAY };
}

function blockRange(field: RangeField, { from, until }: Range): Condition {
  if (field === "record")
    return range("block", {
      from: from === null ? null : Math.floor(from / BLOCK),
      until: until === null ? null : Math.ceil(until / BLOCK),
    });
  if (field === "attempt" || field === "run" || field === "queue")
    return range(`${field}_max`, { from: from ?? 0, until: null });
  const sql = [`${field}_max >= ?`, `${field}_min < ?`];
  return { sql: sql.join(" AND "), values: [from ?? -Number.MAX_SAFE_INTEGER, until ?? Number.MAX_SAFE_INTEGER] };
}

function range(column: string, { from, until }: Range): Condition {
  const parts: string[] = [];
  const values: number[] = [];
  if (from !== null) {
    parts.push(`${column} >= ?`);
    values.push(from);
  }
  if (until !== null) {
    parts.push(`${column} < ?`);
    values.push(until);
  }
  return parts.length === 0 ? { sql: `${column} IS NOT NULL`, values } : { sql: parts.join(" AND "), values };
}

function anyRange(column: string, ranges: readonly Range[]): Condition {
  const conditions = ranges.map((one) => range(column, one));
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(" OR "),
    values: conditions.flatMap(({ values }) => values),
  };
}

function textCondition(column: string, patterns: readonly Pattern[]): Condition {
  const exact = patterns.flatMap((pattern) => (pattern.length === 1 ? pattern : []));
  const globs = patterns.filter((pattern) => pattern.length > 1).map(globOf);
  const parts = globs.map(() => `${column} GLOB ?`);
  if (exact.length > 0) parts.unshift(`${column} IN (${exact.map(() => "?").join(", ")})`);
  return { sql: parts.join(" OR "), values: [...exact, ...globs] };
}

/** A meta that contains the parts of the key and of one of the values. A meta with escapes may spell them differently. */
function metaCondition([key = [], ...values]: readonly Pattern[]): Condition {
  const parts = values.map((value) => {
    const pieces = [...key, ...value].filter((piece) => piece !== "");
    return { sql: pieces.map(() => "instr(meta, ?)").join(" AND ") || "1", values: pieces };
  });
  const any = joined(parts, " OR ");
  return { sql: `${any.sql} OR instr(meta, '%') OR instr(meta, '+')`, values: any.values };
}

/** The pattern for SQLite's GLOB, with everything but our `*` escaped. */
function globOf(pattern: Pattern): string {
  return pattern.map((piece) => piece.replaceAll(/[*?[]/g, "[$&]")).join("*");
}

/** NULL fails every condition, so it passes a negated one. */
function refused(condition: Condition, negated: boolean): Condition {
  return negated ? { ...condition, sql: `NOT ifnull((${condition.sql}), 0)` } : condition;
}

function both(conditions: readonly (Condition | null)[]): Condition | null {
  const known = conditions.filter((condition) => condition !== null);
  return known.length === 0 ? null : joined(known, " AND ");
}

function either(conditions: readonly (Condition | null)[]): Condition | null {
  const known = conditions.filter((condition) => condition !== null);
  if (known.length < conditions.length) return null;
  // OR of no conditions is false.
  return known.length === 0 ? { sql: "0", values: [] } : joined(known, " OR ");
}

function joined(conditions: readonly Condition[], term: string): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(term),
    values: conditions.flatMap(({ values }) => values),
  };
}
