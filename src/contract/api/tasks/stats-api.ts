/** How many tasks there were, and how long they took. Times are RFC 3339. */
import { z } from "zod";
import { note } from "../note-api.ts";

const time = z.iso.datetime({ offset: true });

/** `GET /api/stats` */
export const statsQuery = z.strictObject({
  from: time.describe("Of tasks made from the hour (UTC) of this time on,"),
  until: time.describe("and until the hour of this one."),
});

const count = z.int();
const durations = z.object({ count, mean: z.number(), p50: z.number(), p95: z.number(), p99: z.number() }).nullable();
const outcomes = {
  total: count,
  complete: count,
  error: count,
  warn: count,
  alert: count,
  unknown: count,
  cancelled: count,
  unfinished: count,
  run: durations,
  queue: durations,
};

export const statsAnswer = z.object({
  from: z.string(),
  until: z.string(),
  all: z
    .object(outcomes)
    .describe(
      "All tasks by how they ended, and milliseconds from started to ended (`run`) and from created to started.",
    ),
  types: z.array(z.object({ type: z.string(), ...outcomes })).readonly(),
  kinds: z
    .array(z.object({ type: z.string(), job: z.string(), ...outcomes }))
    .readonly()
    .describe("By type and job, the most frequent first, at most 1,000."),
  more_kinds: count.describe("Types and jobs that are left out."),
  notes: z.array(z.object({ day: z.string(), ...note.shape })).describe("On the days of the span, the latest 400."),
});
