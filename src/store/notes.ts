import type { NoteTarget } from "../contract/note-target.ts";
import type { NewDecision } from "../core/decide/effects.ts";

/** A row of `notes`. */
export interface NoteRow {
  readonly id: number;
  readonly target: NoteTarget;
  /**
   * The first attempt of a task, or one with which it began anew: it has the same notes. The id of a file event, alert or phase;
   * a day as the number 20261130.
   */
  readonly target_id: number;
  readonly text: string;
  readonly author: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What the decision about a note is about. */
export interface NoteAbout {
  /** Null: no task. */
  readonly recordId: number | null;
  /** Null: no file event. */
  readonly fileMessageId: number | null;
}

export interface NoteStore {
  /** In one transaction with its decision. Returns its id; null: the target has `MAX_NOTES` already. */
  add(
    note: Pick<NoteRow, "target" | "target_id" | "text" | "author">,
    about: NoteAbout,
    decision: (id: number) => NewDecision,
    now: number,
  ): Promise<number | null>;
  /** In one transaction with its decision. The note that was removed; null: the target has none of that id. */
  remove(
    note: Pick<NoteRow, "id" | "target" | "target_id">,
    about: NoteAbout,
    decision: (note: NoteRow) => NewDecision,
    now: number,
  ): Promise<NoteRow | null>;
}

export interface NoteQueries {
  /** Of these targets of one kind, oldest first. */
  of(target: NoteTarget, ids: readonly number[]): Promise<readonly NoteRow[]>;
}
