import { DAY } from "../../src/contract/time/time-units.ts";
import { compileGlobOf, type Glob } from "../../src/core/glob/glob-align.ts";
import { bucketOf } from "../../src/core/stats/histogram.ts";
import { sortedMeta } from "../../src/core/task/meta.ts";
import { nearestPatterns } from "../../src/core/glob/near-misses.ts";
import { pathHash } from "../../src/store/sqlite/files/path-hash.ts";
import type { Connection } from "../../src/store/sqlite/database/connection.ts";
import type { Chance } from "./chance.ts";
import { addTo, sorted } from "./counts.ts";
import type { Plan } from "./plans.ts";
import type { TaskTables } from "./records.ts";
import type { Results } from "./results.ts";
import { TableWriter } from "./table-writer.ts";
import type { Workers } from "./workers.ts";

/** Paths of files that no phase waits for: another folder, or a character that is wrong. */
const STRAY = ["s3://inbox/NAME/DATE/readme.txt", "s3://inbox/NAME/part.csv.gz", "s3://inbox/NAMES/DATE/FILE.csv.gz"];

interface PhaseHour {
  events: number;
  bytes: number;
  matched: number;
  unmatched: number;
  tasks: number;
  readonly timings: Map<number, number>;
}

/** File events: matched ones, each with its task, events that matched nothing, repeats by the bus, files that arrive again. */
export class FileEvents {
  readonly writers: readonly TableWriter[];
  readonly #events: TableWriter;
  readonly #matches: TableWriter;
  readonly #misses: TableWriter;
  readonly #counts: TableWriter;
  readonly #timings: TableWriter;
  readonly #tasks: TaskTables;
  readonly #workers: Workers;
  readonly #results: Results;
  readonly #chance: Chance;
  readonly #globs = new Map<Plan, Glob>();
  readonly #hour = new Map<number, PhaseHour>();
  /** A few files that may arrive again. */
  readonly #earlier: { readonly path: string; readonly id: number; readonly plan: Plan }[] = [];

  constructor(db: Connection, tasks: TaskTables, workers: Workers, results: Results, chance: Chance) {
    this.#tasks = tasks;
    this.#workers = workers;
    this.#results = results;
    this.#chance = chance;
    this.#events = new TableWriter(
      db,
      "file_messages",
      `topic bus_id path bucket size line_count byte_count checksum etag created received_at task_time
       matched md5 updated deliveries last_received_at first_id path_hash processing_ms tasks`,
    );
    this.#matches = new TableWriter(
      db,
      "file_pattern_matches",
      "file_message_id phase_id task_time received_at record_id",
    );
    this.#misses = new TableWriter(
      db,
      "file_near_misses",
      "file_message_id position phase_id language pattern tokens reason path_at pattern_at wanted found",
    );
    this.#counts = new TableWriter(db, "file_counts_hourly", "hour phase_id events bytes matched unmatched tasks");
    this.#timings = new TableWriter(db, "file_timings_hourly", "hour phase_id bucket count");
    this.writers = [this.#events, this.#matches, this.#misses, this.#counts, this.#timings];
  }

  /** A file that the phase waits for. */
  arrive(plan: Plan, at: number): void {
    const chance = this.#chance;
    const again = chance.happens(0.01) ? this.#earlier[chance.below(this.#earlier.length)] : undefined;
    const about = again === undefined ? plan : again.plan;
    const date = dateText(at);
    const customer = `acme-${String(chance.below(600)).padStart(4, "0")}`;
    const path = again?.path ?? `s3://inbox/${about.job}/${date}/${customer}-${chance.hex()}.csv.gz`;
    const taskTime = again === undefined ? Math.floor(at / DAY) * DAY : timeIn(path);
    const bytes = Math.floor(chance.duration(400_000, 1.5));
    const id = this.#event(path, again?.id ?? null, at, taskTime, bytes, about);
    if (again === undefined) {
      if (this.#earlier.length < 500) this.#earlier.push({ path, id, plan });
      else this.#earlier[chance.below(500)] = { path, id, plan };
    }
    const name = path.slice(path.lastIndexOf("/") + 1);
    const pattern = about.phase?.rule.files ?? "";
    const files = { file: [path], filename: [name], files: [pattern], workflow: [about.workflow] };
    const values = new Map([
      ["file", path],
      ["filename", name],
    ]);
    const run = { id: chance.idAt(at), values };
    const cause = {
      at,
      dueAt: at,
      attempt: 0,
      firstId: null,
      parentId: null,
      taskTime,
      scheduledAt: null,
      position: 0,
    };
    const meta = sortedMeta(new Map(Object.entries(files)));
    const sent = this.#workers.make(about, run, meta, { ...cause, origin: "file" }, null);
    this.#results.follow(sent);
    const recordId = sent.task.id;
    this.#matches.add(id, about.id, taskTime, at, recordId);
    const data = `{"files":["${path}"],"pattern":"${pattern}"}`;
    this.#tasks.decide(at, { recordId, fileMessageId: id }, about.id, taskTime, "file_matched", data);
  }

  /** A file that no phase waits for, with its near misses. */
  stray(waiting: readonly Plan[], at: number): void {
    const chance = this.#chance;
    const date = dateText(at);
    const name = chance.pick(waiting).job;
    const path = chance.pick(STRAY).replace("NAME", name).replace("DATE", date).replace("FILE", chance.hex());
    const taskTime = path.includes(date) ? Math.floor(at / DAY) * DAY : null;
    const id = this.#event(path, null, at, taskTime, chance.below(90_000), null);
    const data = `{"path":"${path}"}`;
    this.#tasks.decide(at, { recordId: null, fileMessageId: id }, 0, taskTime, "file_unmatched", data);
    const patterns = waiting.map((of) => ({ of, glob: this.#globOf(of) }));
    for (const [position, { of, alignment }] of nearestPatterns(path, patterns).entries()) {
      const { pattern, language, tokens, stop } = alignment;
      if (stop === null) continue;
      const at = [stop.reason, stop.pathAt, stop.patternAt, stop.wanted, stop.found];
      this.#misses.add(id, position, of.id, language, pattern, JSON.stringify(tokens), ...at);
      if (position === 0) this.#count(of.id, 0, false, null);
    }
  }

  #globOf(plan: Plan): Glob {
    let glob = this.#globs.get(plan);
    if (glob === undefined) {
      glob = compileGlobOf("files", plan.phase?.rule.files ?? "");
      this.#globs.set(plan, glob);
    }
    return glob;
  }

  endHour(hour: number): void {
    for (const [phaseId, one] of [...this.#hour].toSorted(([a], [b]) => a - b)) {
      this.#counts.add(hour, phaseId, one.events, one.bytes, one.matched, one.unmatched, one.tasks);
      for (const [bucket, count] of sorted(one.timings)) this.#timings.add(hour, phaseId, bucket, count);
    }
    this.#hour.clear();
  }

  #event(path: string, firstId: number | null, at: number, taskTime: number | null, bytes: number, plan: Plan | null) {
    const chance = this.#chance;
    const isMatched = plan !== null;
    const took = Math.round(chance.duration(2.5, 0.8) * 1000) / 1000;
    const isRepeated = chance.happens(0.004);
    const lines = Math.floor(bytes / 90);
    const created = Math.floor(at / 1000) * 1000 - 1000;
    const sum = chance.hex() + chance.hex();
    const count = isMatched ? 1 : 0;
    this.#events.add(
      "files",
      `${at}-${sum}`,
      path,
      "inbox",
      bytes,
      lines,
      bytes,
      sum,
      sum,
      created,
      at,
      taskTime,
      count,
      sum,
      created,
      isRepeated ? 2 : 1,
      isRepeated ? at + 9000 : null,
      firstId,
      pathHash(path),
      took,
      count,
    );
    const id = this.#events.written;
    if (isRepeated) {
      const about = { recordId: null, fileMessageId: id };
      this.#tasks.decide(at + 9000, about, 0, taskTime, "file_repeated", `{"bus_id":"${at}-${sum}"}`);
    }
    this.#count(0, bytes, isMatched, took);
    if (plan !== null) this.#count(plan.id, bytes, true, took);
    return id;
  }

  #count(phaseId: number, bytes: number, isMatched: boolean, took: number | null): void {
    let one = this.#hour.get(phaseId);
    if (one === undefined) {
      one = { events: 0, bytes: 0, matched: 0, unmatched: 0, tasks: 0, timings: new Map() };
      this.#hour.set(phaseId, one);
    }
    one.events += 1;
    one.bytes += bytes;
    if (isMatched) {
      one.matched += 1;
      one.tasks += 1;
    } else one.unmatched += 1;
    if (took !== null) addTo(one.timings, bucketOf(took), 1);
  }
}

function dateText(at: number): string {
  return new Date(at).toISOString().slice(0, 10).replaceAll("-", "/");
}

function timeIn(path: string): number {
  const date = /\d{4}\/\d\d\/\d\d/.exec(path)?.[0] ?? "1970/01/01";
  return Date.parse(date.replaceAll("/", "-"));
}
