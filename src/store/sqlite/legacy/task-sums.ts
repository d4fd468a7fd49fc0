import { type Connection, Statements } from "../connection.ts";
import { CountChanges, Counters, type Counted, type Standing } from "../counters.ts";
import { TimingSums } from "./timing-sums.ts";

/** So many sums are kept in memory before they are added to those in the file. */
const MOST_KEPT = 50_000;

interface Line {
  readonly type: string;
  readonly job: string;
  readonly result: string;
  readonly created: number | null;
  readonly decidedAt: number;
  readonly started: number | null;
  readonly ended: number | null;
}

/** Counters and histograms of the tasks that are imported. */
export class TaskSums {
  readonly #counters: Counters;
  readonly #timings: TimingSums;
  #counts = new CountChanges();

  constructor(db: Connection, bucketOf: (ms: number) => number) {
    this.#counters = new Counters(new Statements(db));
    this.#timings = new TimingSums(db, bucketOf);
  }

  add(line: Line): void {
    this.#counts.add(line, standingOf(line));
    this.#time(line, 1);
    if (this.#timings.size > MOST_KEPT || this.#counts.buckets().length > MOST_KEPT) this.write();
  }

  /** A record got a result, or a better one. */
  replace(before: Line & Counted & Standing, after: Line): void {
    this.#counts.replace(before, standingOf(after));
    this.#time(before, -1);
    this.#time(after, 1);
  }

  write(): void {
    this.#counters.write(this.#counts);
    this.#counts = new CountChanges();
    this.#timings.write();
  }

  #time(line: Line, sign: 1 | -1): void {
    if (line.result === "") return;
    const durations = { run: span(line.started, line.ended), queue: span(line.created, line.started) };
    this.#timings.add(line.decidedAt, line, durations, sign);
  }
}

function span(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : to - from;
}

function standingOf({ result, started, ended }: Line): Standing {
  return { state: result === "" ? "queued" : "finished", result, started, ended };
}
