/** Phases in an address. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../../limits.ts";
import { parsePhaseKey } from "./phase-key.ts";
import { createTaskRequest } from "../tasks/create-task-api.ts";

/** `{key}` of `/api/workflows/phases/{key}/…` */
export const phaseParams = z.object({
  key: z
    .string()
    .min(1)
    .max(2 * LONGEST_NAME + 1)
    .transform((text, context) => {
      const key = parsePhaseKey(text);
      if (key !== null) return key;
      context.addIssue({ code: "custom", message: "neither the id of a phase nor TYPE or TYPE:JOB" });
      return z.NEVER;
    })
    .describe(
      "The id of the phase, or `TYPE:JOB`, or `TYPE` for the phase without a job, or else the only one of the type; `TYPE:` where the type is a number. Percent-encoded.",
    ),
});

/** Which file, where several have the phase. */
export const phaseQuery = z.strictObject({
  workflow: z
    .string()
    .min(1)
    .max(LONGEST_WORKFLOW)
    .optional()
    .describe("The workflow file of the phase, where several have it; without it the one that has it."),
});

/** `…/trigger` of a phase. */
export const triggerRequest = createTaskRequest.omit({ type: true, job: true, workflow: true });
