import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { addNoteRequest, noteAnswer, removeNoteRequest } from "../../contract/api/note-api.ts";
import type { NoteControl } from "../../engine/notes/note-control.ts";

/** The routes that write and remove notes, for the command line on the same machine; the scope has the guard. */
export function noteControlRoutes(scope: FastifyInstance, notes: NoteControl): void {
  const api = scope.withTypeProvider<ZodTypeProvider>();
  const answers = { response: { 200: noteAnswer } };
  api.post("/api/notes", { schema: { body: addNoteRequest, ...answers } }, ({ body }) => notes.add(body));
  api.post("/api/notes/remove", { schema: { body: removeNoteRequest, ...answers } }, ({ body }) => notes.remove(body));
}
