import { addNoteRequest, noteAnswer, notesAnswer, notesQuery, removeNoteRequest } from "../../contract/api/note-api.ts";
import { notesOn } from "../../engine/notes/note-control.ts";
import { listedNote } from "../../engine/tasks/list-tasks.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/notes",
    summary: "The notes on a task, file event, alert, phase or day.",
    role: "viewer",
    records: true,
    query: notesQuery,
    answer: notesAnswer,
    async handle({ query: { kind, key, workflow = null } }, { reads, runtime, instance }) {
      const parts = { reads, graph: instance.graph(), now: runtime.now(), zone: runtime.zone };
      const { target, notes } = await notesOn({ kind, key, workflow }, parts);
      return { target, notes: notes.map(listedNote) };
    },
  }),
  route({
    method: "POST",
    path: "/api/notes",
    summary: "Leave a note on a task, file event, alert, phase or day.",
    creates: true,
    role: "operator",
    body: addNoteRequest,
    answer: noteAnswer,
    handle: ({ body, caller }, { acts }) => acts.notes.add({ ...body, by: caller.name }),
  }),
  route({
    method: "POST",
    path: "/api/notes/remove",
    summary: "Remove a note; its text stays in the decision about it.",
    role: "operator",
    body: removeNoteRequest,
    answer: noteAnswer,
    handle: ({ body, caller }, { acts }) => acts.notes.remove({ ...body, by: caller.name }),
  }),
];
