/** How people pause and resume phases. Times are RFC 3339. */
import { z } from "zod";

/** One phase; `phase_id` 0, without names, stands for all. */
const pausedScope = z.object({ phase_id: z.int(), task: z.string(), workflow: z.string() });

/** `POST /api/pause`, and `…/pause` of a phase. */
export const pauseRequest = z.strictObject({
  until: z.iso
    .datetime({ offset: true })
    .nullable()
    .default(null)
    .describe("When it ends by itself; null: at its resume."),
  reason: z.string().max(2000).describe("Why."),
});

export const pauseAnswer = z.object({
  paused: z
    .array(pausedScope)
    .describe("Each with `phase_id`, `task` and `workflow`; all phases are one with `phase_id` 0."),
});

/** `POST /api/resume`, and `…/resume` of a phase. */
export const resumeRequest = z.strictObject({
  drop: z.boolean().default(false).describe("Cancel what files and finished parents asked for meanwhile."),
  reason: z.string().max(2000).default("").describe("Why; empty: not said."),
});

export const resumeAnswer = z.object({
  resumed: z.array(pausedScope).describe("As when they were paused."),
  dropped: z.int().describe("How many tasks were cancelled."),
  still_paused: z
    .array(pausedScope.extend({ because: z.string() }))
    .describe("Those of `resumed` that something else holds; `because` says what, and what to do."),
});
