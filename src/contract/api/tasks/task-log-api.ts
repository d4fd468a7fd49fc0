/** The rows of the output of a task: a long one is read and searched in parts. */
import { z } from "zod";
import { MAX_ROW_BYTES, ROWS_PER_START } from "./log-rows.ts";

const MAX_FOUND = 10_000;

const from = z.coerce.number().int().min(0).default(0).describe("From this byte on, where a row begins.");
const path = z.string().describe("The output that was read: a next delivery of the task has another.");
const size = z.int().describe("Its bytes now.");
const until = z.int().describe("Read up to this byte, at most 256 MiB in a request: go on from there.");

/** `GET /api/tasks/{id}/log/rows` */
export const logRowsQuery = z.strictObject({ from });

export const logRowsAnswer = z.object({
  path,
  size,
  rows: z
    .int()
    .describe(
      `Rows from there: lines, of which one longer than ${MAX_ROW_BYTES.toLocaleString("en")} bytes is several.`,
    ),
  starts: z
    .array(z.int())
    .readonly()
    .describe(`The bytes at which the first and each ${ROWS_PER_START}th row after it begin.`),
  until,
});

/** `GET /api/tasks/{id}/log/search` */
export const logSearchQuery = z.strictObject({
  text: z.string().min(1).max(200).describe("What is searched for, in any case."),
  from,
  row: z.coerce.number().int().min(0).default(0).describe("The number of the row that begins at `from`."),
  limit: z.coerce.number().int().min(1).max(MAX_FOUND).default(1000).describe("Rows at most."),
});

export const logSearchAnswer = z.object({
  path,
  size,
  rows: z.array(z.int()).readonly().describe("The rows that have it, by their numbers, the first is 0."),
  until,
  next_row: z.int().describe("The number of the row that begins there."),
});
