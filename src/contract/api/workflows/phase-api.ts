/** Phases in an address. */
import { z } from "zod";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../../limits.ts";
import { parsePhaseKey } from "./phase-key.ts";
import { createTaskRequest } from "../tasks/create-task-api.ts";
import { note } from "../note-api.ts";

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

/** `GET /api/workflows/phases/{key}` */
export const phaseAnswer = z.object({
  phase_id: z.int(),
  workflow: z.string(),
  task: z.string(),
  type: z.string(),
  job: z.string(),
  line: z.int(),
  zone: z.string().describe("The IANA zone of its task times."),
  owner: z.string(),
  description: z.string(),
  runbook: z.string(),
  links: z.array(z.object({ name: z.string(), url: z.string() })),
  notes: z.array(note),
  words: z
    .array(z.string())
    .describe(
      "What it does, in sentences: when it starts and what for, what it makes, what holds it, how it is retried, and who hears of it.",
    ),
  source: z.string().describe("Its text in the file; empty: not known."),
  template: z.string(),
  inputs: z
    .array(
      z.object({
        name: z.string(),
        type: z.enum(["string", "integer", "number", "boolean", "date"]),
        default: z.string().nullable(),
        choices: z.array(z.string()),
        secret: z.boolean(),
        description: z.string(),
        required: z.boolean(),
      }),
    )
    .describe(
      "What a task by hand takes in its meta: the parameters of the phase, what it requires of a parent, and the keys of its template that nothing else fills.",
    ),
  parents: z
    .array(z.object({ name: z.string(), phase_id: z.int().nullable() }))
    .describe("What it follows, as `dependsOn` has it; `phase_id` null: no phase in force makes it."),
  next: z
    .array(
      z.object({
        scheduled_at: z.string(),
        task_time: z.string().nullable(),
        held: z
          .object({ until: z.string().nullable(), by: z.string().nullable(), reason: z.string().nullable() })
          .nullable(),
      }),
    )
    .describe(
      "Its next five ticks; one for all that a pause passes over (`held`, as in `GET /api/schedule`). Of a phase without a schedule those of the nearest phase that it follows (`next_of`).",
    ),
  next_of: z.string().nullable().describe("Whose ticks they are; null: its own, or none."),
});

/** `POST …/preview` of a phase. */
export const previewTriggerRequest = triggerRequest.omit({ reason: true, now: true });

export const previewTriggerAnswer = z.object({
  tasks: z
    .array(z.object({ info: z.string(), meta: z.string(), task_time: z.string().nullable() }))
    .describe(
      "The first 20 of those that `trigger` would make; what is random in an info is `x`, secret values are hidden.",
    ),
  total: z.int().describe("How many it would make."),
});
