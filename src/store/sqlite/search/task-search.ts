import { commonText } from "../../../contract/query/fingerprint.ts";
import type { Redact } from "../../../contract/redact/redact.ts";
import {
  hasWords,
  matchesTask,
  type InstantsOnWall,
  type TaskFailure,
} from "../../../contract/query/task-query-match.ts";
import { instantsOnWall } from "../../../core/time/wall-ms.ts";
import { zoneOf } from "../../../core/time/zone.ts";
import type { Phrase, TaskQuery, TextField } from "../../../contract/query/task-query.ts";
import type { TaskPage, TaskRow, TaskSearchRequest } from "../../task-queries.ts";
import type { Connection, Statements } from "../database/connection.ts";
import type { TaskGenerations } from "../lineage/task-generations.ts";
import { blockCondition, recordCondition } from "./search-conditions.ts";
import { Demands, type TaskKind } from "./search-plan.ts";
import { RangeSource, ListSource, partitionStart, WalkSource, TermSource, type Source } from "./search-sources.ts";
import { SearchStatements, type TaskRange } from "./search-statements.ts";
import { termConditionOf, type TermCondition } from "./search-terms.ts";

/** How long a page searches, in ms, before it returns how far it came. */
const TIMEOUT_MS = 20;
const MAX_RUN_TASKS = 20_000;
const MAX_RANGES = 2000;
/** Changed records that are checked one by one; there are more only for some seconds after a burst. */
const MAX_CHANGED = 2000;
const MAX_TRANSACTIONS = 2000;
/** Rows to probe when two sources of candidates are compared. */
const PROBE = 64;
const MAX_PROBED_PARTITIONS = 16;
/**
 * A type with at least one in so many records is found by a scan of all records, when its records must be read anyway:
 * adjacent rows are read ten times as fast.
 */
const DENSE = 8;

export interface SearchParts {
  readonly db: Connection;
  readonly statements: Statements;
  readonly generations: TaskGenerations;
  readonly redact: Redact;
  /** Every type and job, or those of one type. */
  kinds(type: string | null): readonly TaskKind[];
  /** How long a page may search, in ms. */
  readonly timeoutMs?: number;
}

/** Records changed since they were indexed. */
interface Changed {
  readonly ids: ReadonlySet<number>;
  readonly unseen: number;
}

const NOTHING_CHANGED: Changed = { ids: new Set(), unseen: 0 };

/**
 * Pages of a search: newest first by record id. Candidates come from the index that fits best, and each is compared with
 * the complete query. A page that runs out of time says how far back it searched.
 */
export class TaskSearch {
  readonly #parts: SearchParts;
  readonly #statements: SearchStatements;

  constructor(parts: SearchParts) {
    this.#parts = parts;
    this.#statements = new SearchStatements(parts.db, parts.statements);
  }

  page(request: TaskSearchRequest): TaskPage {
    return this.#statements.atOnce(() => this.#page(request));
  }

  /** The number of the newest record; 0 without one. */
  newest(): number {
    return this.#statements.newest();
  }

  /** Of a record that failed; empty: it did not. */
  readonly fingerprint = (row: TaskRow): string => this.#statements.failure(row.record_id)?.fingerprint ?? "";

  /** What its message has in common with others of the same failure. */
  readonly text = ({ msg }: TaskRow): string => commonText(msg === "" ? msg : this.#parts.redact.text(msg));

  /** When the first record from this one on was made. */
  decidedAt(recordId: number): number | null {
    return this.#statements.decidedAt(recordId);
  }

  /** SQL that searches generated, for the test that checks it against the query planner. */
  statements(): readonly string[] {
    return this.#statements.conditional();
  }

  #page({ query, before, limit }: TaskSearchRequest): TaskPage {
    const deadline = performance.now() + (this.#parts.timeoutMs ?? TIMEOUT_MS);
    const demands = new Demands(query);
    const bounds = demands.records();
    const lowest = bounds.from;
    const highest = Math.min(before ?? Number.MAX_SAFE_INTEGER, bounds.until, this.#statements.newest() + 1);
    const indexedTo = this.#statements.indexedTo();
    const plan = this.#plan(query, demands, Math.max(lowest, Math.min(highest, indexedTo + 1)));
    const changed = plan.usesIndex ? this.#changed(indexedTo) : NOTHING_CHANGED;
    const rows: TaskRow[] = [];
    let at = Math.max(highest, lowest);
    do {
      if (at <= lowest) break;
      const isIndexed = at <= indexedTo + 1;
      const source = isIndexed ? plan.indexed : plan.fresh;
      const found = source.next(at, isIndexed ? lowest : Math.max(lowest, indexedTo + 1));
      for (const row of found.rows) {
        if (!changed.ids.has(row.record_id) && this.#matches(query, row)) rows.push(row);
      }
      at = found.reached;
    } while (rows.length < limit && performance.now() < deadline);
    for (const row of this.#statements.records(
      [...changed.ids].filter((id) => id >= at && id < highest),
      null,
    )) {
      if (this.#matches(query, row)) rows.push(row);
    }
    rows.sort((a, b) => b.record_id - a.record_id);
    const isCut = rows.length > limit || (rows.length === limit && at > lowest);
    const isThrough = !isCut && at <= lowest;
    const shown = rows.slice(0, limit);
    const next = isThrough ? null : isCut ? (shown.at(-1)?.record_id ?? at) : at;
    return {
      rows: shown,
      next,
      searched_to: isCut || isThrough ? null : this.#statements.decidedAt(at),
      unindexed: changed.unseen,
    };
  }

  #plan(query: TaskQuery, demands: Demands, indexedBefore: number) {
    const condition = recordCondition(query);
    const blocks = blockCondition(query);
    const runs = demands.runs();
    const ids = (runs === null ? null : this.#idsOf(runs)) ?? this.#idsWithNotes(demands.notes());
    if (ids !== null) {
      const list = new ListSource(this.#statements, ids, condition);
      return { fresh: list, indexed: list, usesIndex: false };
    }
    const ranges = demands.ranges(() => this.#parts.kinds(demands.type()));
    const terms = termConditionOf(query);
    const isRanged =
      ranges !== null &&
      ranges.length <= MAX_RANGES &&
      !(demands.filtersText() && this.#areDense(ranges, indexedBefore));
    const fresh = isRanged
      ? new RangeSource(this.#statements, ranges, condition, null)
      : new WalkSource(this.#statements, condition, null);
    if (isRanged && (terms === null || this.#areFewer(ranges, terms, indexedBefore))) {
      const indexed = blocks === null ? fresh : new RangeSource(this.#statements, ranges, condition, blocks);
      return { fresh, indexed, usesIndex: blocks !== null };
    }
    const indexed: Source =
      terms === null
        ? new WalkSource(this.#statements, condition, blocks)
        : new TermSource(this.#statements, terms, condition, blocks);
    return { fresh, indexed, usesIndex: terms !== null || blocks !== null };
  }

  /** Null when a "run" has too many records: those are messages without an id. */
  #idsOf(runs: readonly string[]): readonly number[] | null {
    const ids: number[] = [];
    for (const run of runs) {
      const found = this.#statements.ofRun(run, MAX_RUN_TASKS + 1);
      if (found.length > MAX_RUN_TASKS) return null;
      ids.push(...found);
    }
    return ids.toSorted((a, b) => b - a);
  }

  /** All attempts of the tasks that have such a note. Null when there are too many notes: people do not write that many. */
  #idsWithNotes(phrases: readonly Phrase[] | null): readonly number[] | null {
    if (phrases === null) return null;
    const notes = this.#statements.withNotes(MAX_RUN_TASKS + 1);
    if (notes.length > MAX_RUN_TASKS) return null;
    const first = new Set(
      notes.filter(({ text }) => hasWords([text], phrases)).map(({ firstAttemptId }) => firstAttemptId),
    );
    const parts = new Set([...first].flatMap((id) => this.#parts.generations.all(id)));
    const records = new Set([...parts].flatMap((id) => [id, ...this.#statements.laterAttempts(id)]));
    return [...records].toSorted((a, b) => b - a);
  }

  #matches(query: TaskQuery, row: TaskRow): boolean {
    const { generations, redact } = this.#parts;
    const notes = (): readonly string[] =>
      generations.all(row.first_attempt_id).flatMap((id) => this.#statements.notes(id).map((one) => redact.text(one)));
    const failure = (): TaskFailure | null => this.#statements.failure(row.record_id);
    const lookups = { instantsOnWall: instantsIn, notes, failure };
    return matchesTask(query, comparesText(query) ? hidden(row, redact) : row, lookups);
  }

  /** Whether the ranges have fewer records than the terms: then the same number of them reaches further back. */
  #areFewer(ranges: readonly TaskRange[], terms: TermCondition, before: number): boolean {
    const rangeReach = this.#reachOf(ranges, before);
    const source = new TermSource(this.#statements, terms, null, null);
    let [top, left] = [before, PROBE];
    for (let round = 0; round < MAX_PROBED_PARTITIONS && top > 1; round++) {
      const found = source.ids(top, left);
      if (found.length >= left) return rangeReach < (found.at(-1) ?? 0);
      left -= found.length;
      top = partitionStart(top);
    }
    return rangeReach < top;
  }

  #areDense(ranges: readonly TaskRange[], before: number): boolean {
    return ranges.some(({ index }) => index === "list") && before - this.#reachOf(ranges, before) < PROBE * DENSE;
  }

  /** How far back the newest records of the ranges reach; 1 when there are few. */
  #reachOf(ranges: readonly TaskRange[], before: number): number {
    const ids = ranges.flatMap((range) => this.#statements.rangeIds(range, before, PROBE));
    return ids.length < PROBE ? 1 : (ids.toSorted((a, b) => b - a)[PROBE - 1] ?? 1);
  }

  #changed(indexedTo: number): Changed {
    const ids = new Set<number>();
    let unseen = 0;
    for (const changed of this.#statements.changed(MAX_TRANSACTIONS)) {
      for (const id of changed) {
        if (id > indexedTo || ids.has(id)) continue;
        if (ids.size < MAX_CHANGED) ids.add(id);
        else unseen += 1;
      }
    }
    return { ids, unseen };
  }
}

/** What a worker or a person cannot write a secret into; a fingerprint was made of the message as it is shown. */
const OPEN_TEXTS: ReadonlySet<TextField> = new Set(["result", "state", "origin", "unresolved", "fingerprint"]);

/** Whether it may ask for a part of a text, and so for a secret in it. */
function comparesText(query: TaskQuery): boolean {
  switch (query.kind) {
    case "and":
    case "or":
      return query.terms.some(comparesText);
    case "not":
      return comparesText(query.term);
    case "words":
    case "meta":
      return true;
    case "text":
      return !OPEN_TEXTS.has(query.field);
    case "range":
    case "moment":
      return false;
  }
}

/** The texts in which there may be a secret, as they are shown. */
function hidden(row: TaskRow, redact: Redact): TaskRow {
  const text = (value: string): string => (value === "" ? value : redact.text(value));
  const { id, type, job, workflow, info, meta, msg } = row;
  return {
    ...row,
    id: text(id),
    type: text(type),
    job: text(job),
    workflow: text(workflow),
    info: text(info),
    meta: text(meta),
    msg: text(msg),
  };
}

const instantsIn: InstantsOnWall = (wall, zone) => instantsOnWall(wall, zoneOf(zone));
