/** Live events: `GET /api/events`. */
import { z } from "zod";
import { CHANGE_KINDS } from "../../live/changes.ts";
import { LONGEST_NAME, LONGEST_WORKFLOW } from "../../limits.ts";

/** What a listener may ask for, by the names of the events. */
export const EVENT_NAMES = [...CHANGE_KINDS, "health"] as const;
export type EventName = (typeof EVENT_NAMES)[number];

const names = z
  .string()
  .max(200)
  .transform((text) => text.split(",").map((name) => name.trim()))
  .pipe(z.array(z.enum(EVENT_NAMES)));

export const eventsQuery = z.strictObject({
  events: names
    .optional()
    .describe(`Comma-separated names of events: ${EVENT_NAMES.join(", ")}. Without it: all of them.`),
  type: z.string().max(LONGEST_NAME).optional().describe("Of tasks, alerts and backfills, only those of this type."),
  job: z.string().max(LONGEST_NAME).optional().describe("The same of this job; empty: of none."),
  workflow: z
    .string()
    .max(LONGEST_WORKFLOW)
    .optional()
    .describe("The same of this workflow file; of workflow files only this one."),
  last_event_id: z
    .string()
    .max(100)
    .optional()
    .describe("Go on after this event, where the header `Last-Event-ID` cannot be set."),
});
export type EventFilter = Omit<z.output<typeof eventsQuery>, "last_event_id">;
