/** How the command line pauses and resumes phases of the running instance, and drains its workers. Times are RFC 3339. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../limits.ts";

const scope = {
  /** Null: all phases. */
  type: z.string().min(1).max(LONGEST_NAME).nullable(),
  /** Null: the phase without a job, or else the only one of the type. */
  job: z.string().max(LONGEST_NAME).nullable().default(null),
  /** Name of a workflow file; null: the one that has the phase. */
  workflow: z.string().max(LONGEST_WORKFLOW).nullable().default(null),
};
const person = z.string().min(1).max(200);

/** One phase; `phase_id` 0, without names, stands for all. */
const pausedScope = z.object({ phase_id: z.int(), task: z.string(), workflow: z.string() });

/** `POST /api/pause` */
export const pauseRequest = z.strictObject({
  ...scope,
  /** When it ends by itself; null: at its resume. */
  until: z.iso.datetime({ offset: true }).nullable().default(null),
  by: person,
  reason: z.string().max(2000),
});

export const pauseAnswer = z.object({ paused: z.array(pausedScope) });

/** `POST /api/resume` */
export const resumeRequest = z.strictObject({
  ...scope,
  /** Cancel what files and parents asked for meanwhile. */
  drop: z.boolean().default(false),
  by: person,
});

export const resumeAnswer = z.object({
  resumed: z.array(pausedScope),
  dropped: z.int(),
  /** Those of `resumed` that something else holds, and what to do. */
  still_paused: z.array(pausedScope.extend({ because: z.string() })),
});

/** `POST /api/drain`: the workers of the instance take no more tasks. */
export const drainRequest = z.strictObject({
  /** Take tasks again. */
  end: z.boolean().default(false),
  by: person,
});
export type DrainRequest = z.infer<typeof drainRequest>;

export const drainAnswer = z.object({
  drained: z.boolean(),
  /** Tasks that run there. */
  running: z.int(),
});
export type DrainAnswer = z.infer<typeof drainAnswer>;
