/** Backfills by day and hour: what a heatmap shows of them, without a row for each of their slots. */
import { z } from "zod";
import { pageQuery, pagination } from "../list.ts";
import { createBackfillRequest, previewedSlot, SLOT_STATES } from "./backfill-api.ts";

/** Most slots that one answer counts. */
export const MAX_COUNTED = 20_000;

/** What a cell is: an hour in the row of its day, or a day in the row of its month. */
export const CELLS = ["hour", "day"] as const;

const cellsPage = {
  cell: z.enum(CELLS).default("hour").describe("A row is a day with its hours, or a month with its days."),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_COUNTED)
    .default(10_000)
    .describe("Slots that are counted for one answer."),
  cursor: pageQuery.cursor,
};

const row = z.object({
  row: z.string().describe("`2026-01-31` or `2026-01`, by the clocks of the zone."),
  skipped: z.array(z.int()).describe("Hours that the clocks skip on that day,"),
  doubled: z.array(z.int()).describe("and those that they show twice: their cell has the slots of both."),
});
const counts = z.array(z.int().nonnegative());

/** `POST /api/backfills/preview/cells` */
export const previewCellsRequest = createBackfillRequest
  .omit({ total: true, children: true, max_active: true, stop_on_failure: true, reason: true })
  .extend(cellsPage);

export const SLOT_CLASS_NAMES = ["new", "exists", "failed", "running"] as const;

export const previewCellsAnswer = z.object({
  phase_id: z.int(),
  workflow: z.string(),
  zone: z.string().describe("The IANA zone of its task times."),
  step: z.string().describe("`schedule`, or the step between its times."),
  from: z.string().describe("The span that is counted in all,"),
  to: z.string(),
  at: z.string().nullable().describe("and how far this page came; null: there is no slot."),
  slots: z.int().describe("Slots of this page,"),
  selected: z.int().describe("and how many of them get a task."),
  counts: z.record(z.enum(SLOT_CLASS_NAMES), z.int()).describe("Of this page, by class."),
  rows: z
    .array(row.extend({ classes: z.partialRecord(z.enum(SLOT_CLASS_NAMES), counts) }))
    .describe("In the order of the slots. A row that two pages share stands in both: their counts add up."),
  first: z.array(previewedSlot).describe("The first slots of this page that get a task,"),
  last: z.array(previewedSlot).describe("and the last ones behind these."),
  pagination,
});

/** `GET /api/backfills/{id}/cells` */
export const backfillCellsQuery = z.strictObject(cellsPage);

export const backfillCellsAnswer = z.object({
  zone: z.string(),
  rows: z
    .array(row.extend({ states: z.partialRecord(z.enum(SLOT_STATES), counts) }))
    .describe("In the order of the slots. A row that two pages share stands in both: their counts add up."),
  pagination,
});

/** `GET /api/backfills/{id}/pace` */
export const backfillPaceQuery = z.strictObject({
  minutes: z.coerce.number().int().min(1).max(120).default(30).describe("How far back."),
});

export const backfillPaceAnswer = z.object({
  from: z.string().describe("The minutes begin here, each 60 s after the one before;"),
  complete: counts.describe("in each so many of its slots completed,"),
  failed: counts.describe("and so many failed. Counted by the first attempts of the newest 20,000 slots that ended."),
});
