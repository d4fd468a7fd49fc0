/** How the workflow files do, in figures. Times of answers are RFC 3339. */
import { z } from "zod";

/** `GET /api/workflows/figures` */
export const figuresQuery = z.strictObject({});

const counts = {
  total: z.int(),
  complete: z.int().describe("`warn` is not among them."),
  warn: z.int(),
  error: z.int().describe("Unknown results, too."),
  alert: z.int(),
  cancelled: z.int(),
};

export const figuresAnswer = z.object({
  read_at: z.string().nullable().describe("When the files were read last."),
  next_read_at: z.string().nullable().describe("When they are read again at the latest; null: only when they change."),
  workflows: z
    .array(
      z.object({
        path: z.string(),
        next_at: z.string().nullable().describe("The next tick of its phases that nothing holds."),
        day: z.object(counts).nullable().describe("Tasks made in the last 24 hours, from the full hour on (UTC)."),
        days: z
          .array(z.object({ day: z.string(), ...counts }))
          .nullable()
          .describe("The last 14 days (UTC) that had tasks, today included, in order."),
      }),
    )
    .describe(
      "Files with phases in force, by path. Tasks are counted by their types and jobs, those of other files with the same ones included; null for who may see only a part of them.",
    ),
});
