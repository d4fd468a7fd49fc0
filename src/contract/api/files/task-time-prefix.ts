import { z } from "zod";
import { rangeOf } from "./task-time-range.ts";

/** How a task time begins, by the clock of its phase: a month, a day, an hour or a minute. */
export const taskTimePrefix = z
  .string()
  .max(16)
  .refine((text) => rangeOf(text) !== null, { message: "a month, a day, an hour or a minute" });
