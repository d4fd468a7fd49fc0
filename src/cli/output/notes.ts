import { printable } from "../../contract/printable.ts";
import type { NoteRow } from "../../store/notes.ts";
import type { Paint } from "./paint.ts";
import type { Cell } from "./table.ts";
import { isoTime, localTime } from "./times.ts";

/** The notes on the rows of a page, by the id that notes of that kind have. */
export class PageNotes {
  readonly #of = new Map<number, NoteRow[]>();

  constructor(rows: readonly NoteRow[]) {
    for (const row of rows) this.#of.set(row.target_id, [...(this.#of.get(row.target_id) ?? []), row]);
  }

  /** Oldest first. */
  on(id: number): readonly NoteRow[] {
    return this.#of.get(id) ?? [];
  }

  /** Of all rows, in their order. */
  get all(): readonly NoteRow[] {
    return [...this.#of.entries()].toSorted(([a], [b]) => a - b).flatMap(([, rows]) => rows);
  }

  json(id: number): readonly object[] {
    return notesJson(this.on(id));
  }

  /** The heading of the column that counts them; none when no row of the page has one. */
  get heads(): readonly string[] {
    return this.#of.size === 0 ? [] : ["NOTES"];
  }

  cells(id: number): readonly Cell[] {
    const count = this.on(id).length;
    return this.heads.map(() => ({ text: count === 0 ? "" : String(count) }));
  }
}

/** For programs: times as RFC 3339. */
export function notesJson(rows: readonly NoteRow[]): readonly object[] {
  return rows.map(({ id, text, author, at }) => ({ id, text, author, at: isoTime(at) }));
}

/** `3 by ann, 2026-03-01 12:00:00: text` */
export function noteText({ id, text, author, at }: NoteRow, zone: string): string {
  return printable(`${id} by ${author}, ${localTime(at, zone)}: ${text}`);
}

/** A line a note, as `task` and `alerts show` show what they know. */
export function noteLines(rows: readonly NoteRow[], zone: string, paint: Paint, label = "note"): readonly string[] {
  return rows.map((row) => `  ${paint.dim(label.padEnd(10))} ${noteText(row, zone)}`);
}
