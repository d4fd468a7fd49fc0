import { type FilesSearch, without } from "../search.ts";
import type { ArrivalsAnswer } from "./arrivals-queries.ts";
import type { Cell, Layout } from "./layout.ts";

/**
 * The files of a cell in the list: those of its phase that came for its hour or day; where none came those that no phase
 * wanted on that day.
 */
export function filesOf(
  { slots }: Cell,
  by: Layout["by"],
  { phase: { type, job, workflow } }: Pick<ArrivalsAnswer, "phase">,
  before: FilesSearch,
): FilesSearch {
  const newest = slots.at(-1)?.task_time ?? "";
  const others = without(before, "path", "type", "job", "workflow", "time", "state", "day", "open");
  const came = slots.some(({ state }) => state === "came");
  return {
    ...others,
    ...(came
      ? { type, ...(job === "" ? {} : { job }), workflow, time: newest.slice(0, by === "hour" ? 13 : 10) }
      : { state: "unmatched", day: newest.slice(0, 10) }),
    arrival: newest.slice(0, 16),
  };
}
