/** How much the schedules make, and what changes of clocks do to them. Times are RFC 3339. */
import { z } from "zod";
import { phase as named } from "./plan-api.ts";
import { pathFilter } from "./workflow-api.ts";

const phase = { ...named, line: z.int() };

const pause = z.object({
  since: z.string().nullable(),
  until: z.string().nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
});

const time = z.iso.datetime({ offset: true });

/** `GET /api/schedule/load` */
export const loadQuery = z.strictObject({
  path: pathFilter,
  from: time.describe("From the hour or day of this moment on,"),
  to: time.describe("and until it is over at this one: at most 8 days by hour, 100 by day."),
  by: z.enum(["hour", "day"]).default("hour"),
  tz: z
    .string()
    .max(100)
    .optional()
    .describe("The IANA zone by whose clocks hours and days begin; without it that of the instance."),
  phases: z.stringbool().default(true).describe("Also what each phase does."),
});

const result = z.object({
  step: z.int(),
  tasks: z.int(),
  failed: z.int(),
  state: z.enum(["error", "alert", "warn", "waiting", "cancelled", "complete"]),
});

export const loadAnswer = z.object({
  zone: z.string(),
  to: z.string().describe("When the last step ends."),
  steps: z
    .array(
      z.object({
        at: z.string(),
        tasks: z.int().nullable(),
        expected: z.int().nullable(),
        ticks: z.int(),
        most: z.object({ at: z.string(), ticks: z.int() }).nullable(),
      }),
    )
    .describe(
      "The hours or days. `tasks`: made so far. `expected`: still to come, one for each tick, and of all that does not tick what that hour of the day usually has, the median of the last 14 days. Both null for who may see only a part, and with a `path`. `ticks`: without those that a pause passes over. `most`: the minute with most of them; null: none, or of more than 2 days.",
    ),
  cut: z
    .boolean()
    .describe(
      "Ticks around a change of the clocks are counted one by one, up to 200,000 in all: those of some phases are not.",
    ),
  all_phases: z.int().describe("Phases in force, those without a schedule too."),
  phases: z
    .array(
      z.object({
        ...phase,
        cron: z.string(),
        zone: z.string(),
        ticks: z.array(z.int()),
        times: z.array(z.string()).nullable(),
        held: pause.nullable(),
        results: z.array(result).nullable(),
      }),
    )
    .describe(
      "Those with a schedule: how many `ticks` each step has by the schedule in force, those of a pause (`held`) too; `times` are the ticks themselves, of a phase with at most one in each step. `results`: what was made of its type and job in a step, by whom ever, and the worst that came of it; null for who may see only a part.",
    ),
  pauses: z
    .array(
      pause.extend({
        phase_id: z.int(),
        workflow: z.string(),
        task: z.string(),
        type: z.string(),
        job: z.string(),
        passed: z.int().nullable(),
      }),
    )
    .describe(
      "Those in force, also of phases without a schedule; `phase_id` 0: of all. `passed`: ticks passed over so far. `since`, `by` and `passed` are null where the workflow file says `paused`.",
    ),
});
export type LoadAnswer = z.infer<typeof loadAnswer>;

/** `GET /api/schedule/clock-changes` */
export const clockChangesQuery = z.strictObject({ path: pathFilter });

export const clockChangesAnswer = z.object({
  changes: z
    .array(
      z.object({
        at: z.string(),
        zone: z.string(),
        before_ms: z.int(),
        after_ms: z.int(),
        phases: z.int(),
        files: z.int(),
        effects: z.array(z.object({ ...phase, kind: z.enum(["skipped", "doubled", "lost"]), time: z.string() })),
      }),
    )
    .describe(
      "Of the next 13 months, in order, of each zone that a schedule uses: its offsets `before` and `after`, how many phases of how many files use it, and what is the first tick of each phase (at most 100) that the change skips, doubles or loses.",
    ),
});
export type ClockChangesAnswer = z.infer<typeof clockChangesAnswer>;
