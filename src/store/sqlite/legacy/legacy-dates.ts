import { DAY } from "../../../contract/time/time-units.ts";
import { present } from "../../../contract/present.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { BLOCK } from "../search/search-conditions.ts";

/** Blocks whose tasks are days apart are read one by one, at most so many: only a wrong clock makes more. */
const MAX_WIDE_BLOCKS = 50;

/** Days that have data, newest first, as `2026-05-01` (UTC). */
export class LegacyDates {
  readonly #blocks: Statement<readonly [block: number, min: number, max: number]>;
  readonly #created: Statement<number>;
  readonly #indexedTo: Statement<number>;
  readonly #received: Statement<number>;
  readonly #lastOccurrence: Statement<{ id: number; at: number }>;

  constructor(statements: Statements) {
    this.#blocks = statements
      .prepare<readonly [number, number, number]>(
        "older.block_days",
        "SELECT block, created_min, created_max FROM task_blocks WHERE block >= 0 AND created_min IS NOT NULL ORDER BY block",
      )
      .raw();
    this.#created = statements
      .prepare<number>(
        "older.created",
        "SELECT created FROM task_records NOT INDEXED WHERE id >= ? AND id < ? AND created IS NOT NULL",
      )
      .pluck();
    this.#indexedTo = statements
      .prepare<number>("older.days_indexed_to", "SELECT record_id FROM search_progress WHERE id = 1")
      .pluck();
    this.#received = statements
      .prepare<number>(
        "older.received",
        "SELECT received_at FROM file_messages WHERE received_at < ? ORDER BY received_at DESC LIMIT 1",
      )
      .pluck();
    this.#lastOccurrence = statements.prepare(
      "older.occurrence",
      "SELECT id, at FROM alert_occurrences WHERE id <= ? ORDER BY id DESC LIMIT 1",
    );
  }

  tasks(): readonly string[] {
    const days = new Set<number>();
    const note = (at: number): unknown => days.add(Math.floor(at / DAY));
    let wide = 0;
    for (const [block, min, max] of this.#blocks.all()) {
      note(min);
      note(max);
      if (Math.floor(max / DAY) - Math.floor(min / DAY) < 2 || ++wide > MAX_WIDE_BLOCKS) continue;
      this.#created.all(block * BLOCK, (block + 1) * BLOCK).forEach(note);
    }
    for (const at of this.#created.iterate(
      present(this.#indexedTo.get(), "the row of search_progress") + 1,
      Number.MAX_SAFE_INTEGER,
    ))
      note(at);
    return [...days].toSorted((a, b) => b - a).map(textOf);
  }

  files(): readonly string[] {
    const days: number[] = [];
    for (let at = this.#received.get(Number.MAX_SAFE_INTEGER); at !== undefined; at = this.#received.get(beginOf(at)))
      days.push(Math.floor(at / DAY));
    return days.map(textOf);
  }

  /** Times of occurrences grow with their ids, so a binary search finds the last one of the day before. */
  alerts(): readonly string[] {
    const days: number[] = [];
    let last = this.#lastOccurrence.get(Number.MAX_SAFE_INTEGER);
    while (last !== undefined) {
      days.push(Math.floor(last.at / DAY));
      last = this.#lastBefore(beginOf(last.at), last.id);
    }
    return days.map(textOf);
  }

  #lastBefore(time: number, below: number): { readonly id: number; readonly at: number } | undefined {
    let [low, high] = [0, below];
    // Ids up to `low` are earlier than the time, those from `high` on are not.
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const row = this.#lastOccurrence.get(middle);
      if (row === undefined || row.at < time) low = middle;
      else high = row.id;
    }
    const found = this.#lastOccurrence.get(low);
    return found !== undefined && found.at < time ? found : undefined;
  }
}

function beginOf(at: number): number {
  return Math.floor(at / DAY) * DAY;
}

function textOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
