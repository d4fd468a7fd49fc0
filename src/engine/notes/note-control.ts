import { MAX_NOTE_BYTES, MAX_NOTES, type NamedTarget } from "../../contract/note-target.ts";
import { printable } from "../../contract/printable.ts";
import type { NewDecision } from "../../core/decide/effects.ts";
import type { NoteRow } from "../../store/notes.ts";
import type { EngineContext } from "../context.ts";
import { findTarget, NoteError, type FoundTarget, type TargetParts } from "./note-target.ts";

export interface NoteRequest {
  readonly target: NamedTarget;
  readonly text: string;
  readonly by: string;
}

export interface NoteRemoval {
  readonly target: NamedTarget;
  readonly id: number;
  readonly by: string;
  /** Empty: not said. */
  readonly reason: string;
}

/** One note of a target. */
export interface ChangedNote {
  readonly id: number;
  /** What it is about, for people. */
  readonly target: string;
}

/** Notes that people leave. Each promise resolves when the change is committed. */
export interface NoteControl {
  /** Throws NoteError. */
  add(request: NoteRequest): Promise<ChangedNote>;
  /** Its text stays in the decision about it. Throws NoteError. */
  remove(request: NoteRemoval): Promise<ChangedNote>;
}

export function noteControl(context: EngineContext): NoteControl {
  const { store, runtime } = context;
  const find = (named: NamedTarget): Promise<FoundTarget> =>
    findTarget(named, { reads: store.reads, graph: context.graph(), now: runtime.now(), zone: runtime.zone });
  return {
    add: async ({ target: named, text: written, by }) => {
      const text = cleaned(written);
      const found = await find(named);
      const note = { target: found.target, target_id: found.id, text, author: by };
      const decision = (id: number): NewDecision => decided("note_added", found, { by, note: id, text });
      const id = await store.notes.add(note, found.about, decision, runtime.now());
      if (id === null)
        throw new NoteError(
          "too_many_notes",
          `${found.label} has ${MAX_NOTES} notes already, and no more are kept; remove one first`,
        );
      return { id, target: found.label };
    },
    remove: async ({ target: named, id, by, reason }) => {
      const found = await find(named);
      const note = { id, target: found.target, target_id: found.id };
      const decision = ({ text, author }: NoteRow): NewDecision =>
        decided("note_removed", found, { by, reason, note: id, text, author });
      if ((await store.notes.remove(note, found.about, decision, runtime.now())) !== null)
        return { id, target: found.label };
      const ids = (await store.reads.notes.of(found.target, [found.id])).map((one) => one.id);
      const hint = ids.length === 0 ? "it has none" : `it has ${ids.join(", ")}`;
      throw new NoteError("unknown_note", `${found.label} has no note ${id}; ${hint}`);
    },
  };
}

/** The notes of what a person named, oldest first. Throws NoteError. */
export async function notesOn(
  named: NamedTarget,
  parts: TargetParts & { readonly reads: Pick<EngineContext["store"]["reads"], "notes"> },
): Promise<{ readonly target: string; readonly notes: readonly NoteRow[] }> {
  const { target, id, label } = await findTarget(named, parts);
  return { target: label, notes: await parts.reads.notes.of(target, [id]) };
}

/** On one line. Throws NoteError when nothing is left, or too much. */
function cleaned(written: string): string {
  const text = printable(written).replaceAll(/ +/g, " ").trim();
  if (text === "") throw new NoteError("bad_note", "the note has no text; write what others should know");
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_NOTE_BYTES)
    throw new NoteError("bad_note", `the note has ${bytes} bytes, and at most ${MAX_NOTE_BYTES} are kept; shorten it`);
  return text;
}

function decided(
  code: "note_added" | "note_removed",
  { target, label, phaseId }: FoundTarget,
  data: NewDecision["data"],
): NewDecision {
  // A task and a file event have the decision among their own; of the others it says what it is about.
  const on = target === "alert" || target === "day" ? { on: label } : target === "phase" ? { on: "phase" } : {};
  return { code, phaseId, taskTime: null, data: { ...data, ...on } };
}
