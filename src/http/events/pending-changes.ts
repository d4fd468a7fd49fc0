import {
  CHANGE_KINDS,
  type ChangedRows,
  type ChangeKind,
  type Changes,
  type LiveQueries,
} from "../../contract/live/changes.ts";
import type { KindChanges } from "./event-frames.ts";

/** So many rows of a kind are named in one event. */
export const MAX_ROWS = 100;

export interface PendingSources {
  readonly reads: LiveQueries;
  readonly redact: (rows: readonly object[]) => readonly object[];
}

/** Ids of what changed since they were last taken. */
export class PendingChanges {
  /** Null: more than are named. */
  readonly #ids = new Map<ChangeKind, Set<number> | null>();
  #isAll = false;

  get isEmpty(): boolean {
    return this.#ids.size === 0 && !this.#isAll;
  }

  add(changes: Changes): void {
    if (changes.all) this.#isAll = true;
    for (const kind of CHANGE_KINDS) {
      const added = changes[kind];
      if (added.length === 0) continue;
      const known = this.#ids.get(kind);
      if (known === null) continue;
      const ids = known ?? new Set();
      if (ids.size + added.length <= 2 * MAX_ROWS) for (const id of added) ids.add(id);
      this.#ids.set(kind, ids.size > MAX_ROWS || ids.size + added.length > 2 * MAX_ROWS ? null : ids);
    }
  }

  /** The rows of what is pending, which is none afterwards; null: everything may have changed. */
  async take({ reads, redact }: PendingSources): Promise<ReadonlyMap<ChangeKind, KindChanges> | null> {
    const taken = new Map(this.#ids);
    const isAll = this.#isAll;
    this.#ids.clear();
    this.#isAll = false;
    if (isAll) return null;
    const ids = (kind: ChangeKind): readonly number[] => [...(taken.get(kind) ?? [])];
    const wanted = {
      tasks: ids("tasks"),
      alerts: ids("alerts"),
      files: ids("files"),
      workflows: ids("workflows"),
      backfills: ids("backfills"),
    };
    const isWanted = Object.values(wanted).some((list) => list.length > 0);
    const rows: Partial<ChangedRows> = isWanted ? await reads.changed(wanted) : {};
    return new Map(
      [...taken].map(([kind, own]) => [
        kind,
        { rows: own === null ? [] : redact(rowsOf(kind, rows, own)), more: own === null },
      ]),
    );
  }
}

function rowsOf(kind: ChangeKind, rows: Partial<ChangedRows>, ids: ReadonlySet<number>): readonly object[] {
  // A removed note cannot be read any more, and the phase 0 stands for all of them.
  if (kind === "notes") return [...ids].map((id) => ({ id }));
  if (kind === "pauses") return [...ids].map((id) => ({ phase_id: id }));
  return rows[kind] ?? [];
}
