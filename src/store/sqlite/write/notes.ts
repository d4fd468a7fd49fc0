import type { NoteStore } from "../../notes.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** The port's methods on the tables. */
export function noteStore({ notes, decisions }: Tables, writer: Writer): NoteStore {
  return {
    add: async (note, about, decision, now) =>
      writer.transaction(() => {
        const id = notes.add({ ...note, at: now });
        if (id !== null) decisions.add(decision(id), about, now);
        return id;
      }),
    remove: async (named, about, decision, now) =>
      writer.transaction(() => {
        const note = notes.remove(named);
        if (note !== null) decisions.add(decision(note), about, now);
        return note;
      }),
  };
}
