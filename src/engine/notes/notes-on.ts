import type { NoteTarget } from "../../contract/note-target.ts";
import type { ReadStore } from "../../store/store.ts";
import { listedNote } from "../tasks/list-tasks.ts";

/** The notes on the rows of a page, as the API shows them, the oldest first; one query a page. */
export async function notesOn(
  target: NoteTarget,
  ids: readonly number[],
  { notes }: Pick<ReadStore, "notes">,
): Promise<(id: number) => ReturnType<typeof listedNote>[]> {
  const of = Map.groupBy(await notes.of(target, [...new Set(ids)]), (row) => row.target_id);
  return (id) => (of.get(id) ?? []).map(listedNote);
}
