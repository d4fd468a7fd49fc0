import { toError } from "../../../contract/to-error.ts";
import type { ChangeEvents, ChangeKind, ChangeListener, Changes } from "../../../contract/live/changes.ts";

/** So many notes of one transaction are kept; beyond them it is announced as one that changed all. */
const MAX_NOTED = 10_000;

/**
 * What the open transaction changes, noted by those that write the tables. The writer takes notes back with a savepoint,
 * drops them with a rollback, and announces them after the commit.
 */
export class ChangeLog implements ChangeEvents {
  /** Somebody listens: otherwise a note costs one comparison. */
  isOpen = false;
  readonly #listeners = new Set<ChangeListener>();
  readonly #kinds: ChangeKind[] = [];
  readonly #ids: number[] = [];
  #isAll = false;

  note(kind: ChangeKind, id: number): void {
    if (!this.isOpen || this.#isAll) return;
    if (this.#ids.length >= MAX_NOTED) {
      this.noteAll();
      return;
    }
    this.#kinds.push(kind);
    this.#ids.push(id);
  }

  /** More changes than anybody wants to have named, or rows whose ids are not known here. */
  noteAll(): void {
    this.#isAll = this.isOpen;
  }

  /** The number of notes, for `backTo`. */
  mark(): number {
    return this.#ids.length;
  }

  backTo(mark: number): void {
    this.#kinds.length = mark;
    this.#ids.length = mark;
  }

  rolledBack(): void {
    this.backTo(0);
    this.#isAll = false;
  }

  /** Never throws: the transaction is committed, whatever listeners make of it. */
  committed(): void {
    if (!this.#isAll && this.#ids.length === 0) return;
    const changes = this.#taken();
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        process.emitWarning(toError(error));
      }
    }
  }

  onChange(listener: ChangeListener): () => void {
    // Of its own, so that a function that listens twice also ends twice.
    const own: ChangeListener = (changes) => listener(changes);
    this.#listeners.add(own);
    this.isOpen = true;
    return () => {
      this.#listeners.delete(own);
      this.isOpen = this.#listeners.size > 0;
      if (!this.isOpen) this.rolledBack();
    };
  }

  #taken(): Changes {
    const ids: Record<ChangeKind, Set<number>> = {
      tasks: new Set(),
      alerts: new Set(),
      files: new Set(),
      workflows: new Set(),
      backfills: new Set(),
      pauses: new Set(),
      notes: new Set(),
    };
    const all = this.#isAll;
    if (!all) this.#ids.forEach((id, index) => ids[this.#kinds[index] ?? "tasks"].add(id));
    this.rolledBack();
    const { tasks, alerts, files, workflows, backfills, pauses, notes } = ids;
    return {
      all,
      tasks: [...tasks],
      alerts: [...alerts],
      files: [...files],
      workflows: [...workflows],
      backfills: [...backfills],
      pauses: [...pauses],
      notes: [...notes],
    };
  }
}
