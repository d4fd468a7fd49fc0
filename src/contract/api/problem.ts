import { z } from "zod";

/** The answer to a refused request (RFC 9457): `detail` says what to do, `code` is for programs. */
export const problem = z.object({
  /** `about:blank`: the status and the code say it all. */
  type: z.string(),
  /** The name of the status. */
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  /** Of a request with a wrong field: where, as a JSON pointer into `/body`, `/query` or `/path`. */
  errors: z
    .array(
      z.object({
        pointer: z.string(),
        message: z.string(),
        /** Of a mistake within a text: where it begins, in UTF-16 units from 0, and how long it is. */
        offset: z.int().optional(),
        length: z.int().optional(),
      }),
    )
    .optional(),
});
export type Problem = z.infer<typeof problem>;
