/** Texts of workflow files that are looked at before they are used. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_WORKFLOW, MAX_WORKFLOW_TEXT } from "../../limits.ts";
import { issue } from "./workflow-api.ts";

const path = z.string().min(1).max(LONGEST_WORKFLOW);

/** `POST /api/workflows/validate` */
export const validateRequest = z.strictObject({
  path: path
    .default("new.toml")
    .describe("The name that the file would have, for its tasks and for parents in other files."),
  text: z.string().max(MAX_WORKFLOW_TEXT).describe("The text of the file."),
  ticks: z.int().min(0).max(100).default(20).describe("How many of the next ticks to answer."),
});

export const validateAnswer = z.object({
  accepted: z.boolean().describe("Whether it would come into force: it has no error."),
  issues: z.array(issue).describe("As `GET /api/workflows/issues` has them."),
  phases: z
    .array(z.object({ id: z.int(), task: z.string(), type: z.string(), job: z.string(), line: z.int() }))
    .describe("Numbered in this answer only."),
  edges: z.array(z.object({ from: z.int(), to: z.int() })).describe("Numbers of a phase and of one that follows it."),
  ticks: z
    .array(z.object({ id: z.int(), scheduled_at: z.string(), task_time: z.string().nullable(), zone: z.string() }))
    .describe("The next ticks, earliest first, with the number of their phase."),
});

const version = z.coerce.number().int().positive();

/** `GET /api/workflows/diff` */
export const diffQuery = z.strictObject({
  path: path.describe("The file: its path below the workflow folder."),
  from: version.describe("The older version."),
  to: version.optional().describe("The newer one; without it the one that was read last."),
});

export const diffAnswer = z.object({
  from: z.int(),
  to: z.int(),
  lines: z
    .array(
      z.object({
        op: z.enum(["same", "removed", "added"]),
        from: z.int().nullable(),
        to: z.int().nullable(),
        text: z.string(),
      }),
    )
    .describe(
      "The changed lines and three around each change, with their numbers in both versions. Empty: they are the same.",
    ),
});
