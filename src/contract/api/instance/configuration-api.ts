/** `GET /api/configuration` */
import { z } from "zod";

export const configurationAnswer = z.object({
  file: z.string().nullable().describe("The file of the configuration; null: there is none."),
  refused: z
    .string()
    .nullable()
    .describe("Why the last change of the file was refused, so that the one before is in force; null: it was not."),
  settings: z
    .array(
      z.object({
        key: z.string(),
        value: z.string(),
        source: z.enum(["flag", "environment", "file", "default"]),
        origin: z.string(),
        next: z.string().nullable(),
      }),
    )
    .describe(
      "Every key with its `value` in force, as a file has it, and where that is from: `source`, and as `origin` the file and line, the variable or the flag. Secrets are hidden. `next` is the value that waits for a restart; null: none does.",
    ),
});
