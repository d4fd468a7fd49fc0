import { noteAnswer } from "../../contract/api/note-api.ts";
import type { DirectInstance } from "../../app/offline.ts";

/** Notes through the running instance. */
export function remoteNotes(post: (path: string, body: object) => Promise<unknown>): DirectInstance["notes"] {
  return {
    add: async (request) => noteAnswer.parse(await post("/api/notes", request)),
    remove: async (request) => noteAnswer.parse(await post("/api/notes/remove", request)),
  };
}
