import { addNoteRequest, noteAnswer, removeNoteRequest } from "../../contract/api/note-api.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
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
