import type { NoteTarget } from "../../contract/note-target.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import type { NoteRow } from "../../store/notes.ts";
import { wallOfText } from "../output/times.ts";

/** Fields of the API that are instants, besides those that end with `_at`. */
const TIMES: ReadonlySet<string> = new Set([
  "at",
  "created",
  "ended",
  "hour",
  "last_heard",
  "last_seen",
  "started",
  "task_created",
  "updated",
]);

/** A row as an answer shows it: its fields with other values. */
export type ShownRow<Row> = Readonly<Record<keyof Row, unknown>>;

/**
 * The row of the database that an answer shows: instants are milliseconds again, task times what the clocks showed. The caller has
 * checked the answer by its schema, and says what row that is.
 */
export function rowOf<Row>(json: ShownRow<Row>): Row {
  return Object.fromEntries(
    Object.entries(json).map(([key, value]: [string, unknown]) => [key, valueOf(key, value)]),
  ) as Row;
}

export function rowsOf<Row>(json: readonly ShownRow<Row>[]): readonly Row[] {
  return json.map((one) => rowOf<Row>(one));
}

function valueOf(key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (key === "task_time") return wallOfText(value);
  return TIMES.has(key) || key.endsWith("_at") ? parseInstant(value) : value;
}

/** Null stays null. */
export function msOf<T extends string | null>(text: T): T extends string ? number : number | null;
export function msOf(text: string | null): number | null {
  return text === null ? null : parseInstant(text);
}

export interface ShownNote {
  readonly id: number;
  readonly text: string;
  readonly author: string;
  readonly at: string;
}

export function notesOf(target: NoteTarget, id: number, notes: readonly ShownNote[]): readonly NoteRow[] {
  return notes.map(({ at, ...note }) => ({ target, target_id: id, at: msOf(at), ...note }));
}
