import type { WallMs } from "../../../contract/time/wall-ms.ts";
import type { Redact } from "../../../contract/redact/redact.ts";
import { present } from "../../../contract/present.ts";
import { BLOCK } from "./search-conditions.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { indexedMeta, indexedTerms, partitionName } from "./search-terms.ts";

/** In the order of COLUMNS. */
type IndexedRow = readonly [
  id: number,
  info: string,
  meta: string,
  msg: string,
  workflow: string,
  created: number | null,
  decided: number | null,
  started: number | null,
  ended: number | null,
  finished: number | null,
  taskTime: WallMs | null,
  attempt: number,
];
const COLUMNS =
  "id, info, meta, msg, workflow, created, decided_at, started, ended, finished_at, task_time, attempt FROM task_records";
const TIMES = ["created", "decided", "started", "ended", "finished", "task_time"] as const;
const FIRST_TIME = 5;
const [CREATED, STARTED, ENDED, ATTEMPT] = [5, 7, 8, 11] as const;

/** Transactions whose changes one step indexes, at most. */
const MAX_PENDING = 20;
/** Pages of the index that one step merges, to keep its segments few. */
const MERGED_PAGES = 64;

/** Minimum and maximum values of a block, in the order of its columns. */
type Extremes = (number | null)[];

/**
 * Fills `task_search` and `task_blocks` after the records are written. Each step saves its work and its progress in one
 * transaction, so that it can be interrupted anywhere.
 */
export class SearchIndex {
  readonly #progress: Statement<{ record_id: number }>;
  readonly #setProgress: Statement;
  readonly #pending: Statement<{ id: number; record_ids: string }>;
  readonly #deletePending: Statement;
  readonly #lastRecord: Statement<{ id: number }>;
  readonly #next: Statement<IndexedRow>;
  readonly #one: Statement<IndexedRow>;
  readonly #put: Statement;
  readonly #merge: Statement;
  readonly #changes: Statement<{ changes: number }>;
  readonly #widen: Statement;
  readonly #redact: Pick<Redact, "text">;
  /** Whether the last merge had something to do. */
  #isMerging = true;

  /** What is hidden is not indexed. */
  constructor(statements: Statements, redact: Pick<Redact, "text">) {
    this.#redact = redact;
    this.#progress = statements.prepare("search.progress", "SELECT record_id FROM search_progress WHERE id = 1");
    this.#setProgress = statements.prepare(
      "search.set_progress",
      "UPDATE search_progress SET record_id = ? WHERE id = 1",
    );
    this.#pending = statements.prepare(
      "search.pending",
      "SELECT id, record_ids FROM search_pending ORDER BY id LIMIT ?",
    );
    this.#deletePending = statements.prepare("search.delete_pending", "DELETE FROM search_pending WHERE id <= ?");
    this.#lastRecord = statements.prepare("search.last_record", "SELECT id FROM task_records ORDER BY id DESC LIMIT 1");
    this.#next = statements.prepare("search.next", `SELECT ${COLUMNS} WHERE id > ? ORDER BY id LIMIT ?`);
    this.#one = statements.prepare("search.one", `SELECT ${COLUMNS} WHERE id = ?`);
    this.#next.raw();
    this.#one.raw();
    this.#put = statements.prepare(
      "search.put",
      "INSERT OR REPLACE INTO task_search (rowid, info, meta, msg) VALUES (?, ?, ?, ?)",
    );
    this.#merge = statements.prepare(
      "search.merge",
      `INSERT INTO task_search (task_search, rank) VALUES ('merge', ${MERGED_PAGES})`,
    );
    this.#changes = statements.prepare("search.changes", "SELECT total_changes() AS changes");
    this.#widen = statements.prepare("search.widen", widenBlock());
  }

  /** Whether a step would have something to do. */
  hasWork(): boolean {
    if (this.#isMerging || this.#pending.get(1) !== undefined) return true;
    return (this.#lastRecord.get()?.id ?? 0) > this.#position();
  }

  /**
   * Indexes up to about `max` records, changed ones first, and merges a little. Inside a transaction. Returns the number
   * of records it indexed.
   */
  step(max: number): number {
    const position = this.#position();
    const blocks = new Map<number, Extremes>();
    const changed = this.#indexChanged(position, blocks);
    let indexed = changed;
    let last = position;
    if (changed < max) {
      for (const row of this.#next.all(position, max - changed)) {
        this.#indexRow(row, blocks);
        last = row[0];
        indexed += 1;
      }
    }
    if (last !== position) this.#setProgress.run(last);
    for (const [block, extremes] of blocks) this.#widen.run(block, ...extremes);
    if (indexed > 0 || this.#isMerging) this.#mergeSome();
    return indexed;
  }

  #position(): number {
    return present(this.#progress.get(), "the row of search_progress").record_id;
  }

  /** Skips records beyond the position: they are indexed later, in their state of then. */
  #indexChanged(position: number, blocks: Map<number, Extremes>): number {
    const rows = this.#pending.all(MAX_PENDING);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    const ids = new Set(rows.flatMap(({ record_ids }) => JSON.parse(record_ids) as number[]));
    let indexed = 0;
    for (const id of ids) {
      const row = id > position ? undefined : this.#one.get(id);
      if (row === undefined) continue;
      this.#indexRow(row, blocks);
      indexed += 1;
    }
    this.#deletePending.run(last.id);
    return indexed;
  }

  #indexRow(row: IndexedRow, blocks: Map<number, Extremes>): void {
    const [id, info, meta, msg, workflow] = row;
    const name = partitionName(id);
    const hide = (text: string): string => (text === "" ? text : this.#redact.text(text));
    const terms = indexedMeta(hide(meta), hide(workflow), name);
    this.#put.run(id, indexedTerms(hide(info), name), terms, indexedTerms(hide(msg), name));
    const block = Math.floor(id / BLOCK);
    let extremes = blocks.get(block);
    if (extremes === undefined) blocks.set(block, (extremes = []));
    widen(extremes, row);
  }

  #changed(): number {
    return present(this.#changes.get(), "the count of changes").changes;
  }

  /** Fewer than two changes: there was nothing to merge. */
  #mergeSome(): void {
    const before = this.#changed();
    this.#merge.run();
    this.#isMerging = this.#changed() - before >= 2;
  }
}

function widen(extremes: Extremes, row: IndexedRow): void {
  TIMES.forEach((_, index) => {
    const value = (row[FIRST_TIME + index] ?? null) as number | null;
    extremes[2 * index] = minOf(extremes[2 * index] ?? null, value);
    extremes[2 * index + 1] = greatest(extremes[2 * index + 1] ?? null, value);
  });
  const at = 2 * TIMES.length;
  extremes[at] = greatest(extremes[at] ?? null, span(row[STARTED], row[ENDED]));
  extremes[at + 1] = greatest(extremes[at + 1] ?? null, span(row[CREATED], row[STARTED]));
  extremes[at + 2] = greatest(extremes[at + 2] ?? null, row[ATTEMPT]);
}

function span(from: number | null, until: number | null): number | null {
  return from === null || until === null || until < from ? null : until - from;
}

function minOf(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function greatest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** A block only widens: when a record loses a value, the block stays wider than necessary. */
function widenBlock(): string {
  const leasts = TIMES.map((time) => `${time}_min`);
  const greatests = [...TIMES.map((time) => `${time}_max`), "run_max", "queue_max", "attempt_max"];
  const columns = [...TIMES.flatMap((time) => [`${time}_min`, `${time}_max`]), "run_max", "queue_max", "attempt_max"];
  const wider = (name: string, which: "min" | "max"): string =>
    `${name} = ${which}(ifnull(${name}, excluded.${name}), ifnull(excluded.${name}, ${name}))`;
  const sets = [...leasts.map((name) => wider(name, "min")), ...greatests.map((name) => wider(name, "max"))];
  return `INSERT INTO task_blocks (block, ${columns.join(", ")}) VALUES (?, ${columns.map(() => "?").join(", ")})
    ON CONFLICT (block) DO UPDATE SET ${sets.join(", ")}`;
}
