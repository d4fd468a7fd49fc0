/** Notes that people leave on tasks, files, alerts, phases and days. */
import { z } from "zod";
import { LONGEST_WORKFLOW } from "../limits.ts";
import { MAX_NOTE_BYTES, NOTE_TARGETS } from "../note-target.ts";

const target = z
  .strictObject({
    kind: z.enum(NOTE_TARGETS),
    key: z.string().min(1).max(1000),
    workflow: z.string().max(LONGEST_WORKFLOW).nullable().default(null),
  })
  .describe(
    "What it is about: `kind`, `key` (a record number or run id, the id of the file event or alert, `type[:job]`, or `2026-11-30`) and, of a phase, `workflow` (its file; null: the one that has it).",
  );

/** As every answer has it. */
export const note = z.object({ id: z.int(), text: z.string(), author: z.string(), at: z.string() });

/** `GET /api/notes` */
export const notesQuery = z.strictObject({
  kind: z.enum(NOTE_TARGETS).describe("What they are about."),
  key: z
    .string()
    .min(1)
    .max(1000)
    .describe("A record number or run id, the id of the file event or alert, `type[:job]`, or `2026-11-30`."),
  workflow: z.string().max(LONGEST_WORKFLOW).optional().describe("Of a phase: its file; else the one that has it."),
});

export const notesAnswer = z.object({
  target: z.string().describe("What they are about, for people."),
  notes: z.array(note).describe("The oldest first."),
});

/** `POST /api/notes` */
export const addNoteRequest = z.strictObject({
  target,
  text: z
    .string()
    .min(1)
    .max(MAX_NOTE_BYTES)
    .describe("The note, in UTF-8 at most 4,096 bytes; line breaks and control characters become spaces."),
});

/** `POST /api/notes/remove` */
export const removeNoteRequest = z.strictObject({
  target,
  id: z.int().positive().describe("The number of the note."),
  reason: z.string().max(1000).default("").describe("Why."),
});

/** Of both. */
export const noteAnswer = z.object({
  id: z.int().describe("The number of the note."),
  target: z.string().describe("What it is about, for people."),
});
