import type { WorkflowGraph } from "../../core/workflow/phase.ts";
import type { HeldPhase } from "../../store/running-tasks.ts";
import type { TickScheduler } from "../fire-ticks.ts";
import type { ByHand } from "../../contract/api/from-person.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { codeOf, toError } from "../../contract/to-error.ts";
import { UNREADABLE_PATH, type Reload, type WorkflowReloader, type WorkflowState } from "./reload-workflows.ts";
import { rejection } from "./invalid-file.ts";
import type { Vanished } from "./vanished.ts";

/** What a reload by hand has done. Names are sorted. */
export interface WorkflowsReloaded {
  /** Files that are new or changed. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** A sentence for each file that is not accepted, also when it was so before. */
  readonly rejected: readonly string[];
  /** Why the files were not taken as they are; null when they were. */
  readonly vanished: Vanished | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What happens while a reload by hand waits. */
interface Waiting {
  /** A reload has begun since. */
  begun: boolean;
  readonly changed: Set<string>;
  readonly removed: Set<string>;
  vanished: Vanished | null;
}

/** The workflows that the engine decides by. A reload swaps graph and schedules together, or changes neither. */
export class WorkflowsInForce {
  readonly #reloader: WorkflowReloader;
  #current: Reload;
  /** Read, but not in force yet, because the schedules could not be loaded. */
  #changed = new Set<string>();
  #leftHeld: readonly HeldPhase[] = [];
  #acceptsRemoval = false;
  readonly #waiting = new Set<Waiting>();
  #last: Promise<unknown> = Promise.resolve();

  private constructor(reloader: WorkflowReloader, first: Reload) {
    this.#reloader = reloader;
    this.#current = first;
  }

  /** Reads the files for the first time. Rejects as `WorkflowReloader.reload` does. */
  static async read(reloader: WorkflowReloader): Promise<WorkflowsInForce> {
    return new WorkflowsInForce(reloader, await reloader.reload());
  }

  get current(): Reload {
    return this.#current;
  }

  get graph(): WorkflowGraph {
    return this.#current.graph;
  }

  /** Files that are not accepted. */
  get rejected(): readonly WorkflowState[] {
    return this.#current.files.filter(({ accepted }) => !accepted);
  }

  /** The version of this checksum is somebody's, when it is read. */
  noteEdit(name: string, checksum: string, who: ByHand): void {
    this.#reloader.edits.add(name, checksum, who);
  }

  /** When the files were last read; milliseconds since 1970. */
  get readAt(): number {
    return this.#reloader.readAt ?? 0;
  }

  /**
   * Reads the files now, as they are when it is called. `reload` runs reloads, as for `acceptRemoval`. Throws DomainError when
   * the path cannot be read: nothing changed.
   */
  async reloadNow(reload: () => Promise<void>): Promise<WorkflowsReloaded> {
    const waiting: Waiting = { begun: false, changed: new Set(), removed: new Set(), vanished: null };
    this.#waiting.add(waiting);
    try {
      // The first may join one that is under way.
      await reload();
      if (!waiting.begun) await reload();
    } catch (error) {
      if (!UNREADABLE_PATH.has(codeOf(error) ?? "")) throw error;
      const { message } = toError(error);
      throw new DomainError("unavailable", "workflows_unreadable", message, { cause: error });
    } finally {
      this.#waiting.delete(waiting);
    }
    return {
      changed: [...waiting.changed].toSorted(),
      removed: [...waiting.removed].toSorted(),
      rejected: this.rejected.map(rejection),
      vanished: waiting.vanished,
      at: this.readAt,
    };
  }

  /** The next reload takes for removed what is missing. `reload` runs reloads, and resolves after one that began later. */
  async acceptRemoval(reload: () => Promise<void>): Promise<readonly string[]> {
    const before = this.#current.files.map(({ name }) => name);
    this.#acceptsRemoval = true;
    try {
      // The first may join one that is under way.
      await reload();
      if (this.#acceptsRemoval) await reload();
    } finally {
      this.#acceptsRemoval = false;
    }
    const left = new Set(this.#current.files.map(({ name }) => name));
    return before.filter((name) => !left.has(name));
  }

  /** Returns what is in force now, or null when nothing changed. After a failure the next call retries the change. */
  reload(scheduler: TickScheduler): Promise<Reload | null> {
    const acceptsRemoval = this.#acceptsRemoval;
    for (const one of this.#waiting) one.begun = true;
    return this.#inTurn(() => this.#reload(scheduler, acceptsRemoval));
  }

  /** Puts pauses that began or ended in force, without reading files; resolves when graph and schedules have them. */
  repause(scheduler: TickScheduler): Promise<void> {
    return this.#inTurn(async () => {
      const { graph, pauses } = await this.#reloader.repause();
      if (graph !== this.#current.graph) await scheduler.load(graph);
      this.#current = { ...this.#current, graph, pauses };
    });
  }

  /** One after the other: the last to load the schedules is the last to set what is in force. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #reload(scheduler: TickScheduler, acceptsRemoval: boolean): Promise<Reload | null> {
    const found = await this.#reloader.reload(acceptsRemoval);
    if (acceptsRemoval) this.#acceptsRemoval = false;
    for (const name of found.changed) this.#changed.add(name);
    for (const one of this.#waiting) one.vanished = found.vanished;
    this.#leftHeld = [...this.#leftHeld, ...found.leftHeld];
    if (found.graph === this.#current.graph && this.#changed.size === 0) {
      this.#current = { ...this.#current, pauses: found.pauses };
      return null;
    }
    await scheduler.load(found.graph);
    const names = new Set(found.files.map((file) => file.name));
    const changed = [...this.#changed];
    const removed = changed.filter((name) => !names.has(name));
    this.#current = { ...found, changed, removed, leftHeld: this.#leftHeld };
    for (const one of this.#waiting) addChanges(one, changed, removed);
    this.#changed.clear();
    this.#leftHeld = [];
    return this.#current;
  }

  /** The changed joins of a reload are decided. */
  async joinsReviewed(reload: Reload): Promise<void> {
    await this.#reloader.joinsReviewed(reload);
    if (this.#current.rejoined === reload.rejoined) this.#current = { ...this.#current, rejoined: [] };
  }
}

/** A file may come and go between two reloads: the last one counts. */
function addChanges(waiting: Waiting, changed: readonly string[], removed: readonly string[]): void {
  for (const name of changed) {
    waiting.changed.add(name);
    waiting.removed.delete(name);
  }
  for (const name of removed) {
    waiting.changed.delete(name);
    waiting.removed.add(name);
  }
}
