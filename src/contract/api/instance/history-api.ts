/** How an instance did, and how its database grew. Times are RFC 3339. */
import { z } from "zod";

const time = z.iso.datetime({ offset: true });

/** Most steps of one answer. */
export const MAX_STEPS = 2000;

/** `GET /api/health/history` */
export const healthHistoryQuery = z.strictObject({
  from: time.optional().describe("Of the 15 days that are kept; missing: a day before `until`."),
  until: time.optional().describe("At most 2,000 steps later; missing: now."),
  step: z.coerce.number().int().min(60).max(86_400).default(300).describe("Seconds of a step."),
});

export const healthHistoryAnswer = z.object({
  steps: z
    .array(
      z.object({
        at: z.iso.datetime(),
        measured_ms: z.int(),
        starts: z.int(),
        bus_ms: z.int(),
        store_ms: z.int(),
        scheduler_ms: z.int(),
        disk_ms: z.int(),
        lag_ms: z.int().nullable(),
        commit_ms: z.number().nullable(),
        loop_ms: z.number(),
        messages: z.int(),
        memory: z.int(),
      }),
    )
    .describe(
      "A step without a measurement is left out: the instance did not run. `measured_ms` of it were measured, in which it was started so many times; `bus_ms`, `store_ms`, `scheduler_ms` and `disk_ms` say how long each did not work, or had little space. `lag_ms` is the longest from a tick's moment to its transaction, `commit_ms` the slowest transaction of the done topic (null: none came), `loop_ms` the 99th percentile of the event loop's delay in the worst minute, `messages` those of the done topic, `memory` the most bytes of the process.",
    ),
});

/** `GET /api/database/history` */
export const databaseHistoryQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(90).describe("How many days back."),
});

export const databaseHistoryAnswer = z.object({
  tables: z.array(z.string()).describe("The tables that are largest now, at most five."),
  days: z
    .array(z.object({ at: z.iso.datetime(), bytes: z.array(z.int()), other: z.int() }))
    .describe(
      "The first measurement of each day (UTC): bytes with indexes of each of `tables`, in their order, and of all others together.",
    ),
});
