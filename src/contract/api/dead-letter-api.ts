/** Messages that could not be understood. Times are RFC 3339. */
import { z } from "zod";
import { beforeQuery, pageQuery, pagination } from "./list.ts";

/** `GET /api/dead-letters` */
export const deadLettersQuery = z.strictObject({
  redriven: z.stringbool().default(false).describe("Also those that were redriven."),
  ...beforeQuery,
  ...pageQuery,
});

const deadLetter = z.object({
  id: z.int(),
  received_at: z.string(),
  topic: z.string(),
  payload: z.string(),
  bytes: z.int().nullable(),
  sha256: z.string().nullable(),
  code: z.string(),
  reason: z.string(),
  redriven_at: z.string().nullable(),
  redriven_by: z.string(),
  redriven_reason: z.string(),
});

export const deadLettersAnswer = z.object({
  dead_letters: z
    .array(deadLetter)
    .describe(
      "The newest first. `bytes` is null while `payload` is complete; else it is the beginning of so many. Who redrove it, when and why, is null or empty while it is open.",
    ),
  pagination,
});
