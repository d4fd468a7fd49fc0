import type { TaskRow } from "../../task-queries.ts";
import type { TaskRange, SearchStatements } from "./search-statements.ts";
import { BLOCK, type Condition } from "./search-conditions.ts";
import { matchExpression, PARTITION, partitionName, type TermCondition } from "./search-terms.ts";

/** Records that may match, newest first: all with `reached` ≤ id < `before`. */
export interface Found {
  readonly rows: readonly TaskRow[];
  readonly reached: number;
}

/** A source of candidates. Each call takes a few milliseconds at most, however rare they are. */
export interface Source {
  /** `lowest` ≤ `reached` < `before`. */
  next(before: number, lowest: number): Found;
}

const MAX_ROWS = 128;
/** Time of one scan, in ms: a page must end soon after its time is up. */
const BUDGET_MS = 3;
/** Maximum records of one scan: they may have to be read from disk. */
const LONGEST_WALK = BLOCK;
/** Ids that are read ahead from all ranges together. */
const AHEAD = 4096;

/** How many ids one scan covers: as many as take a few milliseconds, which depends on the records. */
class ScanWindow {
  size: number;
  #began = 0;

  constructor(size: number) {
    this.size = size;
  }

  begin(): void {
    this.#began = performance.now();
  }

  end(): void {
    const elapsedMs = Math.max(0.1, performance.now() - this.#began);
    const factor = Math.min(4, Math.max(0.25, BUDGET_MS / elapsedMs));
    this.size = Math.min(LONGEST_WALK, Math.max(256, Math.floor(this.size * factor)));
  }
}

/** Every record, skipping blocks that cannot contain a match. */
export class WalkSource implements Source {
  readonly #statements: SearchStatements;
  readonly #condition: Condition | null;
  readonly #blocks: Condition | null;
  readonly #window = new ScanWindow(BLOCK);

  constructor(statements: SearchStatements, condition: Condition | null, blocks: Condition | null) {
    this.#statements = statements;
    this.#condition = condition;
    this.#blocks = blocks;
  }

  next(before: number, lowest: number): Found {
    const [top, floor] = this.#range(before, lowest);
    if (top <= lowest) return { rows: [], reached: lowest };
    const bottom = Math.max(floor, top - this.#window.size);
    this.#window.begin();
    const rows = this.#statements.walk(this.#condition, bottom, top, MAX_ROWS);
    this.#window.end();
    return { rows, reached: rows.length < MAX_ROWS ? bottom : (rows.at(-1)?.record_id ?? bottom) };
  }

  #range(before: number, lowest: number): readonly [top: number, floor: number] {
    if (this.#blocks === null) return [before, lowest];
    const block = this.#statements.blockBelow(this.#blocks, before);
    if (block === null) return [lowest, lowest];
    return [Math.min(before, (block + 1) * BLOCK), Math.max(lowest, block * BLOCK)];
  }
}

/** Records with certain terms. */
export class TermSource implements Source {
  readonly #statements: SearchStatements;
  readonly #terms: TermCondition;
  readonly #condition: Condition | null;
  readonly #blocks: Condition | null;

  constructor(
    statements: SearchStatements,
    terms: TermCondition,
    condition: Condition | null,
    blocks: Condition | null,
  ) {
    this.#statements = statements;
    this.#terms = terms;
    this.#condition = condition;
    this.#blocks = blocks;
  }

  next(before: number, lowest: number): Found {
    const began = performance.now();
    let top = before;
    do {
      if (this.#blocks !== null) {
        const block = this.#statements.blockBelow(this.#blocks, top);
        top = block === null ? lowest : Math.min(top, (block + 1) * BLOCK);
        if (top <= lowest) break;
      }
      const ids = this.ids(top, MAX_ROWS);
      const bottom = Math.max(lowest, partitionStart(top));
      const rows = this.#statements.records(
        ids.filter((id) => id >= lowest),
        this.#condition,
      );
      const reached = ids.length < MAX_ROWS ? bottom : Math.max(lowest, ids.at(-1) ?? bottom);
      if (rows.length > 0) return { rows, reached };
      top = reached;
    } while (top > lowest && performance.now() - began < BUDGET_MS);
    return { rows: [], reached: top };
  }

  /** From one partition only, newest first. */
  ids(before: number, limit: number): readonly number[] {
    return this.#statements.withTerms(matchExpression(this.#terms, partitionName(before - 1)), before, limit);
  }
}

/** The first id of the partition of the last record before `id`. */
export function partitionStart(id: number): number {
  return Math.floor((id - 1) / PARTITION) * PARTITION;
}

/** Records of certain types, jobs, results or states, from indexes that group them. */
export class RangeSource implements Source {
  readonly #statements: SearchStatements;
  readonly #ranges: readonly TaskRange[];
  readonly #condition: Condition | null;
  readonly #blocks: Condition | null;
  /** Ids read ahead, newest first: all ids in the ranges from `#reached` (inclusive) on. */
  #ahead: readonly number[] = [];
  #reached = Infinity;

  constructor(
    statements: SearchStatements,
    ranges: readonly TaskRange[],
    condition: Condition | null,
    blocks: Condition | null,
  ) {
    this.#statements = statements;
    this.#ranges = ranges;
    this.#condition = condition;
    this.#blocks = blocks;
  }

  next(before: number, lowest: number): Found {
    let top = before;
    if (this.#blocks !== null) {
      const block = this.#statements.blockBelow(this.#blocks, before);
      top = block === null ? lowest : Math.min(before, (block + 1) * BLOCK);
      if (top <= lowest) return { rows: [], reached: lowest };
    }
    if (top <= this.#reached) this.#readAhead(top);
    const ids = this.#ahead.filter((id) => id < top);
    const scanned = ids.slice(0, MAX_ROWS).filter((id) => id >= lowest);
    const reached = ids.length > MAX_ROWS ? (scanned.at(-1) ?? lowest) : this.#reached;
    return { rows: this.#statements.records(scanned, this.#condition), reached: Math.max(lowest, reached) };
  }

  /** Reads down to where the first range has used up its share. */
  #readAhead(top: number): void {
    const share = Math.max(16, Math.floor(AHEAD / this.#ranges.length));
    const ids: number[] = [];
    this.#reached = 0;
    for (const range of this.#ranges) {
      const found = this.#statements.rangeIds(range, top, share);
      for (const id of found) ids.push(id);
      if (found.length === share) this.#reached = Math.max(this.#reached, found.at(-1) ?? 0);
    }
    this.#ahead = ids.filter((id) => id >= this.#reached).toSorted((a, b) => b - a);
  }
}

/** Records whose ids are known. */
export class ListSource implements Source {
  readonly #statements: SearchStatements;
  /** Newest first. */
  readonly #ids: readonly number[];
  readonly #condition: Condition | null;

  constructor(statements: SearchStatements, ids: readonly number[], condition: Condition | null) {
    this.#statements = statements;
    this.#ids = ids;
    this.#condition = condition;
  }

  next(before: number, lowest: number): Found {
    const ids = this.#ids.filter((id) => id < before && id >= lowest).slice(0, MAX_ROWS);
    const rows = this.#statements.records(ids, this.#condition);
    return { rows, reached: ids.length < MAX_ROWS ? lowest : (ids.at(-1) ?? lowest) };
  }
}
