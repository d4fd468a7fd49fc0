import { changedJoins } from "../../core/workflow/joins/join-plans.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { Store } from "../../store/store.ts";

/** Key of the stored state: by the name of each edited file the source by which its joins were decided last. */
const KEY = "workflows.unreviewed_joins";

/** Edits whose joins must still be decided. They are stored before the edit itself, so that a kill in between loses none. */
export class UnreviewedJoins {
  readonly #store: Pick<Store, "getState" | "putState">;
  #sources: ReadonlyMap<string, string> | null = null;
  #changed: readonly Phase[] = [];

  constructor(store: Pick<Store, "getState" | "putState">) {
    this.#store = store;
  }

  /** Joins that wait for other tasks since then, as they were. */
  get changed(): readonly Phase[] {
    return this.#changed;
  }

  /** The sources of files before an edit. Of several edits of a file the first counts. */
  async add(before: ReadonlyMap<string, string>): Promise<void> {
    const known = this.#sources ?? sourcesIn(await this.#store.getState(KEY));
    const sources = new Map([...before, ...known]);
    if (sources.size > known.size) await this.#store.putState(new Map([[KEY, JSON.stringify([...sources])]]));
    this.#sources = sources;
  }

  /** By the phases of a file as a source has them, and those that are in force. */
  compare(
    phasesOf: (name: string, source: string) => readonly Phase[],
    inForce: (name: string) => readonly Phase[],
  ): void {
    const sources = [...(this.#sources ?? [])];
    this.#changed = sources.flatMap(([name, source]) => changedJoins(phasesOf(name, source), inForce(name)));
  }

  /** These are decided; a reload that came meanwhile keeps its own. */
  async reviewed(changed: readonly Phase[]): Promise<void> {
    if (changed !== this.#changed || this.#sources === null || this.#sources.size === 0) return;
    await this.#store.putState(new Map([[KEY, null]]));
    this.#sources = new Map();
    this.#changed = [];
  }
}

function sourcesIn(state: string | null): ReadonlyMap<string, string> {
  const entries: unknown = state === null ? [] : JSON.parse(state);
  return new Map(Array.isArray(entries) ? entries.map(([name, source]) => [String(name), String(source)]) : []);
}
