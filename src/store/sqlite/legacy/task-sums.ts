import { type Connection, Statements } from "../database/connection.ts";
import { CountChanges, Counters, type CountedState } from "../tasks/counters.ts";

/** Sums cached in memory before they are added to those in the file. */
const MAX_CACHED = 50_000;

interface Line {
  readonly type: string;
  readonly job: string;
  readonly result: string;
  readonly created: number | null;
  readonly decidedAt: number;
  readonly started: number | null;
  readonly ended: number | null;
}

/** Counters and histograms of the imported tasks. */
export class TaskSums {
  readonly #db: Connection;
  readonly #counters: Counters;
  #changes = new CountChanges();

  constructor(db: Connection) {
    this.#db = db;
    this.#counters = new Counters(new Statements(db));
  }

  add(line: Line): void {
    this.#changes.add(line, stateOf(line));
    if (this.#changes.buckets().length > MAX_CACHED) this.#write();
  }

  /** A record got a result, or a better one. */
  replace(before: Line & CountedState & { readonly recordId: number }, after: Line): void {
    this.#changes.replace(before, stateOf(after));
  }

  end(): void {
    this.#write();
    // No record is indexed for search yet, so none is pending.
    this.#db.exec("DELETE FROM search_pending");
  }

  #write(): void {
    this.#counters.write(this.#changes);
    this.#changes = new CountChanges();
  }
}

function stateOf({ result, started, ended }: Line): CountedState {
  return { state: result === "" ? "queued" : "finished", result, started, ended };
}
