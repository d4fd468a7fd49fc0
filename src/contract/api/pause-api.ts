/** How the command line pauses and resumes phases of the running instance, and drains its workers. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../limits.ts";
import type { FromPerson } from "./from-person.ts";

const scope = {
  type: z.string().min(1).max(LONGEST_NAME).nullable().describe("The type of its tasks; null: all phases."),
  job: z
    .string()
    .max(LONGEST_NAME)
    .nullable()
    .default(null)
    .describe("Its job; null: the phase without one, or else the only one of the type."),
  workflow: z
    .string()
    .max(LONGEST_WORKFLOW)
    .nullable()
    .default(null)
    .describe("Its workflow file; null: the one that has it."),
};

/** One phase; `phase_id` 0, without names, stands for all. */
const pausedScope = z.object({ phase_id: z.int(), task: z.string(), workflow: z.string() });

/** `POST /api/pause` */
export const pauseRequest = z.strictObject({
  ...scope,
  until: z.iso
    .datetime({ offset: true })
    .nullable()
    .default(null)
    .describe("When it ends by itself; null: at its resume."),
  reason: z.string().max(2000).describe("Why."),
});

export const pauseAnswer = z.object({ paused: z.array(pausedScope) });

/** `POST /api/resume` */
export const resumeRequest = z.strictObject({
  ...scope,
  drop: z.boolean().default(false).describe("Cancel what files and finished parents asked for meanwhile."),
});

export const resumeAnswer = z.object({
  resumed: z.array(pausedScope),
  dropped: z.int(),
  /** Those of `resumed` that something else holds, and what to do. */
  still_paused: z.array(pausedScope.extend({ because: z.string() })),
});

/** `POST /api/drain`: the workers of the instance take no more tasks. */
export const drainRequest = z.strictObject({
  end: z.boolean().default(false).describe("Take tasks again."),
});
export type DrainRequest = FromPerson<z.infer<typeof drainRequest>>;

export const drainAnswer = z.object({
  drained: z.boolean(),
  /** Tasks that run there. */
  running: z.int(),
});
export type DrainAnswer = z.infer<typeof drainAnswer>;
