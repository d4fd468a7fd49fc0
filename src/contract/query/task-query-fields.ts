import { editDistance } from "../edit-distance.ts";
import {
  CLOSED_VALUES,
  DURATION_FIELDS,
  FIELD_ALIASES,
  QUERY_FIELDS,
  TaskQueryError,
  TEXT_FIELDS,
  TIME_FIELDS,
  TERM_FIELDS,
  type Pattern,
  type TextRange,
  type QueryField,
  type RangeField,
  type TextField,
} from "./task-query.ts";
import { meantResult, meantState } from "./result-words.ts";
import { matchesTermPattern } from "./task-query-match.ts";
import { patternOf, type Written } from "./task-query-values.ts";

/** Whether a field has that name, in any case. */
export function isFieldName(name: string): boolean {
  const known = name.toLowerCase();
  return FIELD_ALIASES.has(known) || QUERY_FIELDS.some((one) => one === known);
}

/** The field of that name, in any case. Throws TaskQueryError for an unknown name. */
export function fieldOf(name: string, range: TextRange): QueryField {
  const known = name.toLowerCase();
  const field = FIELD_ALIASES.get(known) ?? QUERY_FIELDS.find((one) => one === known);
  if (field !== undefined) return field;
  const nearest = nearestOf(known, [...QUERY_FIELDS, ...FIELD_ALIASES.keys()]);
  const hint = nearest === null ? `the fields are ${QUERY_FIELDS.join(", ")} and meta.KEY` : `did you mean ${nearest}`;
  const end = nearest === null ? "." : "?";
  throw new TaskQueryError(
    "query_unknown_field",
    range,
    `Unknown field "${name}"; ${hint}${end} Text with a colon or a sign goes in quotes.`,
    nearest,
  );
}

/** Throws TaskQueryError for a value that the field can never have. In quotes a result may be any text that a worker sent. */
export function textValue(field: TextField, written: Written): Pattern {
  const pattern = patternOf(written);
  const isQuoted = written.length > written.escaped.length;
  const meant = field === "result" && pattern.length === 1 && !isQuoted ? meantResult(pattern[0] ?? "") : null;
  if (meant !== null)
    throw new TaskQueryError(
      "query_unknown_value",
      written,
      `No worker reports "${written.escaped}": that result is called ${meant}. A text that a worker did send goes in quotes.`,
      meant,
    );
  if (field === "type" && !isQuoted && written.escaped.includes(":"))
    throw new TaskQueryError(
      "query_unknown_value",
      written,
      `A type has no colon: write ${typeAndJob(written.escaped)}. A text that a worker did send goes in quotes.`,
    );
  const closed = CLOSED_VALUES.get(field);
  if (closed === undefined || closed.some((one) => matchesTermPattern(pattern, one))) return pattern;
  const value = written.escaped;
  const near = (field === "state" ? meantState(value) : null) ?? nearestOf(value, closed);
  const hint = near === null ? "" : ` Did you mean ${near}?`;
  throw new TaskQueryError(
    "query_unknown_value",
    written,
    `"${value}" is not a known ${field}; use one of ${closed.join(", ")}.${hint}`,
    near,
  );
}

/** `type:load job:eu` for `load:eu`. */
function typeAndJob(name: string): string {
  const [type = "", ...job] = name.split(":");
  return [type === "" ? "" : `type:${type}`, job.join("") === "" ? "" : `job:${job.join("-")}`]
    .filter((part) => part !== "")
    .join(" ");
}

function nearestOf(name: string, known: readonly string[]): string | null {
  const [best] = known
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .filter(({ one, distance }) => distance <= (one.length <= 3 ? 1 : 2))
    .toSorted((a, b) => a.distance - b.distance);
  return best?.one ?? null;
}

export function isTextField(field: QueryField): field is TextField {
  return (TEXT_FIELDS as readonly string[]).includes(field);
}

export function isTermField(field: QueryField): field is (typeof TERM_FIELDS)[number] {
  return (TERM_FIELDS as readonly string[]).includes(field);
}

export function isDurationField(field: RangeField): boolean {
  return (DURATION_FIELDS as readonly string[]).includes(field);
}

export function isTimeField(field: RangeField): boolean {
  return (TIME_FIELDS as readonly string[]).includes(field);
}
