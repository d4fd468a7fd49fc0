/** How the command line writes and removes notes through the running instance. */
import { z } from "zod";
import { LONGEST_WORKFLOW } from "../limits.ts";
import { MAX_NOTE_BYTES, NOTE_TARGETS } from "../note-target.ts";

const target = z.strictObject({
  kind: z.enum(NOTE_TARGETS),
  /** A record or run of a task, the id of a file event or alert, `type[:job]` of a phase, or a day. */
  key: z.string().min(1).max(1000),
  /** The workflow file of a phase; null: the one that has it. */
  workflow: z.string().max(LONGEST_WORKFLOW).nullable().default(null),
});
const by = z.string().min(1).max(200);

/** `POST /api/notes` */
export const addNoteRequest = z.strictObject({ target, text: z.string().min(1).max(MAX_NOTE_BYTES), by });

/** `POST /api/notes/remove` */
export const removeNoteRequest = z.strictObject({
  target,
  id: z.int().positive(),
  by,
  reason: z.string().max(1000).default(""),
});

/** Of both: the note, and what it is about. */
export const noteAnswer = z.object({ id: z.int(), target: z.string() });
