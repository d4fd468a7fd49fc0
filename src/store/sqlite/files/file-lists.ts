import { FILE_TASK_ZONE } from "../workflows/phase-zones.ts";
import { isCompletePath, pathFilter } from "../../../contract/api/path-filter.ts";
import type {
  FileFilter,
  FilePage,
  FilePageRequest,
  FilePhase,
  FileRow,
  FileSelection,
  FileSelectionRequest,
  FileStateCounts,
  TaskTimes,
} from "../../file-queries.ts";
import { digitsOf, type WallMs } from "../../../contract/time/wall-ms.ts";
import type { Statement, Statements } from "../database/connection.ts";
import type { FileTasks } from "./file-tasks.ts";
import { pathHash } from "./path-hash.ts";

/** Maximum events that one page scans. */
const MAX_SCANNED = 5000;
/** A clock that was set back by up to this much hides no event from a list by time. */
const CLOCK_SLACK = 10_000;
/** The minimum share of each phase when there are many. */
const MIN_SHARE = 20;

export const FILE_COLUMNS = `id, topic, path, bucket, size, line_count, byte_count, checksum, md5, crc32c, etag, generation,
  created, updated, received_at, last_received_at, deliveries, task_time, first_id, matched, tasks, processing_ms,
  ${FILE_TASK_ZONE}`;

interface Candidate {
  readonly id: number;
}
interface Scanned {
  readonly id: number;
  readonly path: string;
  readonly received_at: number;
  readonly matched: number;
}
interface Candidates {
  readonly ids: Iterable<number>;
  /** There may be more after the last one. */
  readonly rest: boolean;
}
type Walk = Statement<Candidate>;
type Order = "newest" | "oldest";

/** A range of ids, both ends exclusive. */
interface Span {
  readonly after: number;
  readonly before: number;
}

/**
 * Lists of file events. An index lists the ids for one part of the filter, in order; each is tested against the rest of
 * the filter, up to a maximum.
 */
export class FileLists {
  readonly #row: Statement<FileRow>;
  readonly #scan: Statement<Scanned>;
  readonly #last: Statement<{ id: number | null }>;
  readonly #firstFrom: Statement<{ id: number }>;
  readonly #lastBefore: Statement<{ id: number }>;
  readonly #phases: Statement<{ id: number }>;
  readonly #phasesOf: Statement<{ id: number; taskTime: WallMs | null }>;
  readonly #phasesOfType: Statement<{ id: number }>;
  readonly #phasesOfFile: Statement<{ id: number }>;
  readonly #ofTaskTime: Statement<Candidate>;
  readonly #tasks: FileTasks;
  readonly #all: Record<Order, Walk>;
  readonly #matched: Record<Order, Walk>;
  readonly #unmatched: Record<Order, Walk>;
  readonly #near: Record<Order, Walk>;
  readonly #nearest: Statement<{ id: number }>;
  readonly #ofPath: Record<Order, Walk>;
  readonly #ofPhase: Record<Order, Walk>;

  constructor(statements: Statements, tasks: FileTasks) {
    this.#tasks = tasks;
    this.#row = statements.prepare("files.row", `SELECT ${FILE_COLUMNS} FROM file_messages WHERE id = ?`);
    this.#scan = statements.prepare(
      "files.scan",
      "SELECT id, path, received_at, matched FROM file_messages WHERE id = ?",
    );
    this.#last = statements.prepare("files.last", "SELECT max(id) AS id FROM file_messages");
    this.#firstFrom = statements.prepare(
      "files.first_from",
      "SELECT id FROM file_messages WHERE received_at >= ? ORDER BY received_at, id LIMIT 1",
    );
    this.#lastBefore = statements.prepare(
      "files.last_before",
      "SELECT id FROM file_messages WHERE received_at < ? ORDER BY received_at DESC, id DESC LIMIT 1",
    );
    this.#phases = statements.prepare("files.phases", "SELECT id FROM workflow_phases WHERE type = ? AND job = ?");
    this.#phasesOfType = statements.prepare("files.phases_of_type", "SELECT id FROM workflow_phases WHERE type = ?");
    this.#phasesOf = statements.prepare(
      "files.phases_of",
      "SELECT phase_id AS id, task_time AS taskTime FROM file_pattern_matches WHERE file_message_id = ?",
    );
    this.#phasesOfFile = statements.prepare(
      "files.phases_of_workflow",
      "SELECT p.id FROM workflow_files f CROSS JOIN workflow_phases p ON p.file_id = f.id WHERE f.name = ?",
    );
    this.#ofTaskTime = statements.prepare(
      "files.of_task_time",
      `SELECT file_message_id AS id FROM file_pattern_matches INDEXED BY file_pattern_matches_time
       WHERE phase_id = ? AND task_time >= ? AND task_time < ? LIMIT ?`,
    );
    const walks = (name: string, select: string, id: string): Record<Order, Walk> => {
      const walk = (order: Order, direction: string): Walk =>
        statements.prepare(
          `files.${name}_${order}`,
          `${select} AND ${id} > ? AND ${id} < ? ORDER BY ${id} ${direction} LIMIT ?`,
        );
      return { newest: walk("newest", "DESC"), oldest: walk("oldest", "ASC") };
    };
    this.#all = walks("all", "SELECT id FROM file_messages WHERE 1 = 1", "id");
    this.#unmatched = walks("unmatched", "SELECT id FROM file_messages WHERE matched = 0", "id");
    this.#nearest = statements.prepare(
      "files.is_near",
      "SELECT file_message_id AS id FROM file_near_misses WHERE file_message_id = ? AND position = 0",
    );
    const near = "file_message_id";
    this.#near = walks("near_misses", `SELECT ${near} AS id FROM file_near_misses WHERE position = 0`, near);
    this.#ofPath = walks("of_path", "SELECT id FROM file_messages WHERE path_hash = ? AND path = ?", "id");
    const match = "file_message_id";
    this.#matched = walks("matched", `SELECT DISTINCT ${match} AS id FROM file_pattern_matches WHERE 1 = 1`, match);
    this.#ofPhase = walks("of_phase", `SELECT ${match} AS id FROM file_pattern_matches WHERE phase_id = ?`, match);
  }

  row(id: number): FileRow | null {
    return this.#row.get(id) ?? null;
  }

  list(filter: FileFilter, { limit, before }: FilePageRequest): FilePage {
    const { ids, next } = this.#find(filter, { after: 0, before: before ?? Number.MAX_SAFE_INTEGER }, "newest", limit);
    return { events: ids.flatMap((id) => this.#row.all(id)), next };
  }

  select(filter: FileFilter, { limit, after, upTo }: FileSelectionRequest): FileSelection {
    const last = upTo ?? this.#last.get()?.id ?? 0;
    return { ...this.#find(filter, { after, before: last + 1 }, "oldest", limit), up_to: last };
  }

  newestOf(path: string): number | null {
    return this.#ofPath.newest.get(pathHash(path), path, 0, Number.MAX_SAFE_INTEGER, 1)?.id ?? null;
  }

  /** How many of each state, over the newest that a page would read. */
  counts(filter: FileFilter): FileStateCounts {
    const counted: FileFilter = { ...filter, matched: null, only: null };
    const span = this.#within(counted, { after: 0, before: Number.MAX_SAFE_INTEGER });
    const fits = this.#test(counted);
    const { ids, rest } = this.#candidates(counted, span, "newest");
    const counts = { all: 0, matched: 0, unmatched: 0, near_miss: 0, failed: 0 };
    let scanned = 0;
    for (const id of ids) {
      scanned += 1;
      const row = fits === null || fits(id) ? this.#scan.get(id) : undefined;
      if (row === undefined) continue;
      counts.all += 1;
      counts[row.matched > 0 ? "matched" : "unmatched"] += 1;
      if (row.matched === 0 && this.#isNear(id)) counts.near_miss += 1;
      if (row.matched > 0 && this.#tasks.hasFailed(id)) counts.failed += 1;
    }
    return { ...counts, isCut: rest || scanned >= MAX_SCANNED };
  }

  /** Of a type, a job and a workflow file, or of those that are not null; without any of them none. */
  phaseIds({ type, job, workflow = null }: FilePhase): readonly number[] {
    const ofType = type === null ? null : job === null ? this.#phasesOfType.all(type) : this.#phases.all(type, job);
    const ofFile = workflow === null ? null : new Set(this.#phasesOfFile.all(workflow).map(({ id }) => id));
    const ids = ofType === null ? [...(ofFile ?? [])] : ofType.map(({ id }) => id);
    return ids.filter((id) => ofFile === null || ofFile.has(id)).toSorted((a, b) => a - b);
  }

  #isNear(id: number): boolean {
    return this.#nearest.get(id) !== undefined;
  }

  #find(
    filter: FileFilter,
    period: Span,
    order: Order,
    limit: number,
  ): { readonly ids: readonly number[]; readonly next: number | null } {
    const span = this.#within(filter, period);
    const fits = this.#test(filter);
    const found: number[] = [];
    const { ids, rest } = this.#candidates(filter, span, order);
    let last: number | null = null;
    let scanned = 0;
    for (const id of ids) {
      last = id;
      scanned += 1;
      if (fits === null || fits(id)) found.push(id);
      if (found.length >= limit || scanned >= MAX_SCANNED) return { ids: found, next: last };
    }
    return { ids: found, next: rest ? last : null };
  }

  /**
   * Ids grow with the time of receipt, unless the clock was set back, by at most the slack: the range between the last
   * event before `since` and the first after `until`, both widened by the slack, has all that fit. `#test` drops the rest.
   */
  #within({ since, until }: FileFilter, { after, before }: Span): Span {
    const first = since === null ? 0 : (this.#lastBefore.get(since - CLOCK_SLACK)?.id ?? 0);
    const end = until === null ? undefined : this.#firstFrom.get(until + CLOCK_SLACK)?.id;
    return { after: Math.max(after, first), before: Math.min(before, end ?? before) };
  }

  /** The test that an event must still pass; null for none. */
  #test(filter: FileFilter): ((id: number) => boolean) | null {
    const { matched, only = null, phase, path, since, until, taskTime = null } = filter;
    const isExactPath = path !== null && isCompletePath(path);
    const ofPath = path === null || isExactPath ? null : pathFilter(path);
    const phases = phase !== null && (isExactPath || taskTime !== null) ? new Set(this.phaseIds(phase)) : null;
    const isMatchRequested = matched !== null && (phase !== null || isExactPath);
    const isOnlyOf = only === "failed" || (only !== null && (phase !== null || isExactPath));
    if (ofPath === null && phases === null && since === null && until === null && !isMatchRequested && !isOnlyOf)
      return null;
    return (id) => {
      const row = this.#scan.get(id);
      if (row === undefined) return false;
      if (since !== null && row.received_at < since) return false;
      if (until !== null && row.received_at >= until) return false;
      if (matched !== null && row.matched > 0 !== matched) return false;
      if (ofPath !== null && !ofPath(row.path)) return false;
      if (phases !== null && !this.#phasesOf.all(id).some((match) => phases.has(match.id) && isWithin(match, taskTime)))
        return false;
      if (only === "near_miss") return row.matched === 0 && this.#isNear(id);
      return only !== "failed" || this.#tasks.hasFailed(id);
    };
  }

  #candidates(filter: FileFilter, { after, before }: Span, order: Order): Candidates {
    const { matched, only = null, phase, path, taskTime = null } = filter;
    const walk = (one: Record<Order, Walk>, ...keys: readonly (string | number)[]): Candidates => ({
      ids: idsOf(one[order].iterate(...keys, after, before, MAX_SCANNED)),
      rest: false,
    });
    if (path !== null && isCompletePath(path)) return walk(this.#ofPath, pathHash(path), path);
    if (phase !== null) {
      const phases = this.phaseIds(phase);
      const known = taskTime === null ? null : this.#ofTaskTimes(phases, taskTime, { after, before }, order);
      if (known !== null) return { ids: known, rest: false };
      const [single] = phases;
      if (single !== undefined && phases.length === 1) return walk(this.#ofPhase, single);
      return this.#ofPhases(phases, { after, before }, order);
    }
    if (only === "near_miss") return walk(this.#near);
    if (only === "failed") return walk(this.#matched);
    if (matched === null) return walk(this.#all);
    return walk(matched ? this.#matched : this.#unmatched);
  }

  /** Events of these task times in order; null: too many to be put in order at once. */
  #ofTaskTimes(phases: readonly number[], times: TaskTimes, { after, before }: Span, order: Order): number[] | null {
    const found = new Set<number>();
    for (const phaseId of phases) {
      const rows = this.#ofTaskTime.all(phaseId, times.from, times.until, MAX_SCANNED);
      for (const { id } of rows) if (id > after && id < before) found.add(id);
      if (rows.length === MAX_SCANNED || found.size >= MAX_SCANNED) return null;
    }
    return [...found].toSorted((a, b) => (order === "newest" ? b - a : a - b));
  }

  /**
   * Events of several phases, each once: reads a share of each phase, and merges them up to where the first phase has used
   * up its share.
   */
  #ofPhases(phases: readonly number[], { after, before }: Span, order: Order): Candidates {
    const sign = order === "newest" ? -1 : 1;
    const share = Math.max(MIN_SHARE, Math.floor(MAX_SCANNED / Math.max(1, phases.length)));
    const all = new Set<number>();
    let end: number | null = null;
    for (const phaseId of phases) {
      const rows = this.#ofPhase[order].all(phaseId, after, before, share);
      for (const { id } of rows) all.add(id);
      const last = rows.at(-1)?.id;
      if (rows.length === share && last !== undefined && (end === null || sign * last < sign * end)) end = last;
    }
    const ids = [...all].filter((id) => end === null || sign * id <= sign * end).toSorted((a, b) => sign * (a - b));
    return { ids, rest: end !== null };
  }
}

function isWithin({ taskTime }: { readonly taskTime: WallMs | null }, times: TaskTimes | null): boolean {
  if (times === null) return true;
  if (taskTime === null) return false;
  const at = digitsOf(taskTime);
  return at >= digitsOf(times.from) && at < digitsOf(times.until);
}

function* idsOf(rows: Iterable<Candidate>): Generator<number> {
  for (const { id } of rows) yield id;
}
