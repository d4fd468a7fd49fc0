/**
 * How the command line talks to the instance that runs on the same machine: the file with the address of that instance,
 * and the requests of its control route. Times are RFC 3339.
 */
import { z } from "zod";
import { reason } from "./reason.ts";

/** The file is beside the database, readable by its owner only, while the instance runs. */
export const instanceFile = z.object({
  pid: z.int(),
  /** With scheme, address and port, without a slash at the end. */
  url: z.url(),
  token: z.string().min(32),
  /** SHA-256 of the certificates that it may show; empty over plain HTTP. */
  certificates: z.array(z.string()).default([]),
});
export type InstanceFile = z.infer<typeof instanceFile>;

/** `POST /api/dead-letters/redrive`: redrive dead letters to their original topics. */
export const redriveRequest = z
  .strictObject({
    ids: z
      .union([z.literal("all"), z.array(z.int().positive()).min(1).max(10_000)])
      .describe(
        '| Which dead letters. One that does not exist, or was redriven before, is skipped. One of which only the beginning is kept is refused (`dead_letter_cut`), and left out of `"all"`.',
      ),
    payload: z
      .string()
      .nullable()
      .default(null)
      .describe("The new payload of the one dead letter of `ids`; null: unchanged."),
    reason,
  })
  .refine(({ ids, payload }) => payload === null || (ids !== "all" && ids.length === 1), {
    message: "a payload needs the id of one dead letter",
  });

export const redriveAnswer = z.object({ redriven: z.int() });

/** `POST /api/workflows/accept`: reload the workflows, and take for removed what is missing. */
export const acceptWorkflowsRequest = z.strictObject({ reason });

/** Names of the workflow files that left. */
export const acceptWorkflowsAnswer = z.object({ removed: z.array(z.string()) });
