import { type WallMs, digitsOf, wallOf } from "../../../contract/time/wall-ms.ts";
import { present } from "../../../contract/present.ts";
import { metaPairs } from "../../../contract/query/terms.ts";
import { DAY, HOUR } from "../../../contract/time/time-units.ts";
import type { RecapGroup, RecapOutcome } from "../../../core/legacy/recap-pages.ts";
import type { DayOfTasks, DayRequest, LegacyRow } from "../../legacy-queries.ts";
import type { Statement, Statements } from "../database/connection.ts";
import { LegacyDates } from "./legacy-dates.ts";
import { BLOCK } from "../search/search-conditions.ts";

/** Go's zero time. */
const NO_TIME = wallOf(-62_135_596_800_000);
const CRON = /(?:^|&)cron=\d{4}-\d{2}-\d{2}T\d{1,2}(?:&|$)/;
const OUTCOMES = ["complete", "error", "alert", "warn", "running"] as const;
const COLUMNS = "task_id AS id, type, job, info, result, meta, msg, created, started, ended FROM task_records";

/** In the order in which `#day` reads them. */
type Found = readonly [id: number, created: number];
type RecapRow = readonly [
  type: string,
  job: string,
  meta: string,
  result: string,
  taskTime: WallMs | null,
  started: number | null,
  ended: number | null,
];

type BlockRow = readonly [block: number, createdMax: number];

interface BlockRange {
  readonly from: number;
  readonly until: number;
  /** The latest creation time in it. */
  readonly newest: number;
}

/**
 * Queries of the legacy pages. `task_blocks` locates the tasks of a day. The older program had no tasks without an id, so
 * its pages leave them out.
 */
export class LegacyPages {
  readonly dates: LegacyDates;
  readonly #blocks: Statement<BlockRow>;
  readonly #indexedTo: Statement<number>;
  readonly #day: Statement<Found>;
  readonly #dayCount: Statement<number>;
  readonly #dayTrouble: Statement<Found>;
  readonly #recap: Statement<RecapRow>;
  readonly #row: Statement<LegacyRow>;
  readonly #run: Statement<LegacyRow>;

  constructor(statements: Statements) {
    this.dates = new LegacyDates(statements);
    this.#blocks = statements
      .prepare<BlockRow>(
        "older.blocks",
        "SELECT block, created_max FROM task_blocks WHERE block >= 0 AND created_max >= ? AND created_min < ? ORDER BY block",
      )
      .raw();
    this.#indexedTo = statements
      .prepare<number>("older.indexed_to", "SELECT record_id FROM search_progress WHERE id = 1")
      .pluck();
    // An empty text does not filter; an id ignores the other filters.
    const selected = (from: string): string => `task_records ${from}
         id >= ? AND id < ? AND created >= ? AND created < ? AND task_id <> '' AND iif(? <> '', task_id = ?,
           (? = '' OR type = ?) AND (? = '' OR job = ?) AND (? OR result = ?))`;
    this.#day = statements
      .prepare<Found>("older.day", `SELECT id, created FROM ${selected("NOT INDEXED WHERE")}`)
      .raw();
    this.#dayCount = statements
      .prepare<number>("older.day_count", `SELECT count(*) FROM ${selected("NOT INDEXED WHERE")}`)
      .pluck();
    const badResults = "INDEXED BY task_records_results WHERE result = ? AND result NOT IN ('', 'complete') AND";
    this.#dayTrouble = statements
      .prepare<Found>("older.day_trouble", `SELECT id, created FROM ${selected(badResults)}`)
      .raw();
    this.#recap = statements
      .prepare<RecapRow>(
        "older.recap",
        `SELECT type, job, meta, result, task_time, started, ended FROM task_records NOT INDEXED
         WHERE id >= ? AND id < ? AND created >= ? AND created < ? AND task_id <> ''`,
      )
      .raw();
    this.#row = statements.prepare("older.row", `SELECT ${COLUMNS} WHERE task_records.id = ?`);
    this.#run = statements.prepare("older.run", `SELECT ${COLUMNS} WHERE task_id = ? LIMIT ?`);
  }

  dayOfTasks(request: DayRequest): DayOfTasks {
    const { day, id: run, type, job } = request;
    const result = request.result === "running" ? "" : request.result;
    const filters = [run, run, type, type, job, job, request.result === "" ? 1 : 0, result];
    const page = Math.max(1, Math.trunc(request.page));
    const limit = request.limit > 0 ? Math.trunc(request.limit) : 100;
    const stretches = this.#ranges(day);
    if (run === "" && result !== "" && result !== "complete") {
      const all = stretches.flatMap(({ from, until }) =>
        this.#dayTrouble.all(result, from, until, day, day + DAY, ...filters),
      );
      return this.#page(all.toSorted(newestFirst), page, limit, all.length);
    }
    const counts = stretches.map(({ from, until }) => this.#dayCount.get(from, until, day, day + DAY, ...filters) ?? 0);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const found: Found[] = [];
    if ((page - 1) * limit < total) {
      // Newest first, until no remaining range can have a task for the page.
      for (const { from, until, newest } of stretches.toSorted((a, b) => b.newest - a.newest)) {
        const last = found[page * limit - 1];
        if (last !== undefined && newest < last[1]) break;
        found.push(...this.#day.all(from, until, day, day + DAY, ...filters));
        found.sort(newestFirst);
      }
    }
    return this.#page(found, page, limit, total);
  }

  #page(found: readonly Found[], page: number, limit: number, total: number): DayOfTasks {
    const shown = found.slice((page - 1) * limit, page * limit);
    return { rows: shown.flatMap(([id]) => this.#row.all(id)), total };
  }

  runOfTasks(id: string, limit: number): readonly LegacyRow[] {
    if (id === "") return [];
    return this.#run.all(id, limit).toSorted((a, b) => (a.created ?? 0) - (b.created ?? 0));
  }

  recap(day: number, jobInMeta: boolean): readonly RecapGroup[] {
    const groups = new Map<string, Map<string, Group>>();
    const byKey = new Map<string, Group>();
    for (const { from, until } of this.#ranges(day)) {
      for (const row of this.#recap.iterate(from, until, day, day + DAY)) {
        const [type, ownJob, meta] = row;
        const job = ownJob === "" && jobInMeta ? valueOf(meta, "job") : ownJob;
        let jobs = groups.get(type);
        if (jobs === undefined) groups.set(type, (jobs = new Map()));
        let group = jobs.get(job);
        if (group === undefined) {
          // A type that was sent as `type:job` counts with the others of that type and job.
          const key = `${type}:${job}`.replace(/:+$/, "");
          byKey.set(key, (group = byKey.get(key) ?? new Group(type, job)));
          jobs.set(job, group);
        }
        group.add(row);
      }
    }
    return [...byKey.values()].map((group) => group.result());
  }

  /** Id ranges that contain the tasks created on the day: those of blocks, and the ids without a block yet. */
  #ranges(day: number): readonly BlockRange[] {
    const indexedTo = present(this.#indexedTo.get(), "the row of search_progress");
    const stretches = this.#blocks.all(day, day + DAY).map(([block, newest]): BlockRange => {
      const from = block * BLOCK;
      return { from, until: Math.min(from + BLOCK, indexedTo + 1), newest };
    });
    return [...stretches, { from: indexedTo + 1, until: Number.MAX_SAFE_INTEGER, newest: Infinity }];
  }
}

function newestFirst([a, createdA]: Found, [b, createdB]: Found): number {
  return createdB - createdA || b - a;
}

/** One type and job of a recap. */
class Group {
  readonly #name: { readonly type: string; readonly job: string };
  readonly #counts = each(() => 0);
  readonly #times = each(() => new Set<WallMs>());
  readonly #hours = each(() => Array.from({ length: 24 }, () => 0));
  #ran: { count: number; min: number; max: number; sum: number } | null = null;

  constructor(type: string, job: string) {
    this.#name = { type, job };
  }

  add([, , meta, result, taskTime, started, ended]: RecapRow): void {
    const outcome = outcomeOf(result);
    const time = shownTime(meta, taskTime);
    this.#counts[outcome] += 1;
    this.#times[outcome].add(time);
    const hours = this.#hours[outcome];
    const hour = Math.floor((((digitsOf(time) % DAY) + DAY) % DAY) / HOUR);
    hours[hour] = (hours[hour] ?? 0) + 1;
    if (outcome !== "complete" || started === null || ended === null) return;
    const ms = ended - started;
    this.#ran ??= { count: 0, min: ms, max: ms, sum: 0 };
    this.#ran.count += 1;
    this.#ran.min = Math.min(this.#ran.min, ms);
    this.#ran.max = Math.max(this.#ran.max, ms);
    this.#ran.sum += Math.trunc(ms / 10);
  }

  result(): RecapGroup {
    const times = this.#times;
    const inOrder = (outcome: RecapOutcome): readonly WallMs[] =>
      [...times[outcome]].toSorted((a, b) => digitsOf(a) - digitsOf(b));
    return { ...this.#name, counts: this.#counts, times: each(inOrder), hours: this.#hours, ran: this.#ran };
  }
}

function each<T>(of: (outcome: RecapOutcome) => T): Record<RecapOutcome, T> {
  return Object.fromEntries(OUTCOMES.map((outcome) => [outcome, of(outcome)])) as Record<RecapOutcome, T>;
}

function outcomeOf(result: string): RecapOutcome {
  if (result === "") return "running";
  return result === "error" || result === "alert" || result === "warn" ? result : "complete";
}

/** `cron` in meta has the hour, and takes precedence over the task time. */
function shownTime(meta: string, taskTime: WallMs | null): WallMs {
  if (taskTime === null) return NO_TIME;
  return CRON.test(meta) ? wallOf(Math.floor(digitsOf(taskTime) / HOUR) * HOUR) : taskTime;
}

/** The first value of the key as Go parses a query: it drops a part with `;` or a bad `%`. */
function valueOf(meta: string, name: string): string {
  if (!meta.includes(name)) return "";
  const parts = meta.split("&").filter((part) => !part.includes(";") && !/%(?![0-9A-Fa-f]{2})/.test(part));
  return metaPairs(parts.join("&")).find(([key]) => key === name)?.[1] ?? "";
}
