/**
 * A search over task records, as the tree that `task-query-parser.ts` makes of its text. Plain data, so that it can be sent
 * to a thread or over the network; times in it are instants, so that its meaning does not change on the way.
 */
export type TaskQuery =
  | { readonly kind: "and" | "or"; readonly terms: readonly TaskQuery[] }
  | { readonly kind: "not"; readonly term: TaskQuery }
  /** The field is one of the values. */
  | { readonly kind: "text"; readonly field: TextField; readonly values: readonly Pattern[] }
  /** The field has a value, and it is in one of the ranges. */
  | { readonly kind: "range"; readonly field: RangeField; readonly ranges: readonly Range[] }
  /**
   * It is about an instant in one of the ranges: its task time by the clock of its phase's zone, or of `zone` (IANA) where no phase
   * is known. An hour that comes twice is both.
   */
  | { readonly kind: "moment"; readonly ranges: readonly Range[]; readonly zone: string }
  /** Some value of the key in the task's meta is one of the values. */
  | { readonly kind: "meta"; readonly key: string; readonly values: readonly Pattern[] }
  /** The text, or with `note` that of some note on the task, has one of the phrases. */
  | { readonly kind: "words"; readonly field: TermField; readonly phrases: readonly Phrase[] };

/** Matches every record. */
export const EVERY_TASK: TaskQuery = { kind: "and", terms: [] };

/** Text as the pieces between its `*`: one piece is exactly that text, several allow anything between them. */
export type Pattern = readonly string[];

/** Words that follow each other, folded as `terms.ts` folds them; none (only of `note`): any text at all. */
export type Phrase = readonly Pattern[];

/** `from` is included, `until` is not; null: open. Times in ms since 1970, durations in ms. */
export interface Range {
  readonly from: number | null;
  readonly until: number | null;
}

export const TEXT_FIELDS = [
  "type",
  "job",
  "result",
  "state",
  "workflow",
  "origin",
  "id",
  "unresolved",
  "fingerprint",
] as const;
export const TIME_FIELDS = ["created", "decided", "started", "ended", "finished", "task_time"] as const;
export const DURATION_FIELDS = ["run", "queue"] as const;
export const NUMBER_FIELDS = ["attempt", "record"] as const;
export const TERM_FIELDS = ["info", "msg", "meta", "note"] as const;

export type TextField = (typeof TEXT_FIELDS)[number];
export type TimeField = (typeof TIME_FIELDS)[number];
export type DurationField = (typeof DURATION_FIELDS)[number];
export type NumberField = (typeof NUMBER_FIELDS)[number];
export type RangeField = TimeField | DurationField | NumberField;
/** `any`: info, msg or meta. */
export type TermField = (typeof TERM_FIELDS)[number] | "any";

export type QueryField = TextField | RangeField | Exclude<TermField, "any">;
export const QUERY_FIELDS: readonly QueryField[] = [
  ...TEXT_FIELDS,
  ...TIME_FIELDS,
  ...DURATION_FIELDS,
  ...NUMBER_FIELDS,
  ...TERM_FIELDS,
];
/** Other names of fields. */
export const FIELD_ALIASES: ReadonlyMap<string, QueryField> = new Map([["retry", "attempt"]]);

/** The only values of these fields. */
export const CLOSED_VALUES: ReadonlyMap<TextField, readonly string[]> = new Map([
  ["state", ["waiting", "queued", "sent", "running", "overdue", "finished", "cancelled"]],
  ["origin", ["tick", "child", "retry", "file", "manual", "external", "backfill"]],
  ["unresolved", ["true", "false"]],
]);

/** Limits of a query. */
export const QUERY_CAPS = { characters: 2000, terms: 50, values: 50, depth: 10 } as const;

export type TaskQueryErrorCode =
  | "query_too_long"
  | "query_too_deep"
  | "query_too_many_terms"
  | "query_too_many_values"
  | "query_unknown_field"
  | "query_unknown_value"
  | "query_empty_range"
  | "query_bad_time"
  | "query_bad_duration"
  | "query_bad_number"
  | "query_missing_value"
  | "query_wrong_operator"
  | "query_no_words"
  | "query_unclosed_quote"
  | "query_unbalanced"
  | "query_unexpected";

/** Where it is in the text: UTF-16 units from 0. */
export interface TextRange {
  readonly offset: number;
  readonly length: number;
}

/** The text is not a valid query. The message says what is wrong and what would be right. */
export class TaskQueryError extends Error {
  readonly code: TaskQueryErrorCode;
  readonly offset: number;
  readonly length: number;
  /** The most similar known name or value. */
  readonly nearest: string | null;

  constructor(code: TaskQueryErrorCode, range: TextRange, message: string, nearest: string | null = null) {
    super(message);
    this.name = "TaskQueryError";
    this.code = code;
    this.offset = range.offset;
    this.length = range.length;
    this.nearest = nearest;
  }
}
