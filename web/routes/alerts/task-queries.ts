import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { attemptsAnswer } from "../../../src/contract/api/tasks/task-detail-api.ts";
import { get } from "../../services/api.ts";
import type { Clock } from "../../services/format.ts";

export type Attempt = z.output<typeof attemptsAnswer>["attempts"][number];

/** Of the task that the alert is about, the oldest first. */
export function attemptsQuery(record: number | null) {
  return queryOptions({
    queryKey: ["task", record, "attempts"],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof attemptsAnswer>>(`/api/tasks/${record}/attempts`, {}, signal)).attempts,
    enabled: record !== null,
  });
}

const NAMED = 6;

/** "4 errors: 13:04, 13:11, 13:24, 13:50". */
export function attemptsText(attempts: readonly Attempt[], clock: Clock, now: number): string | null {
  const failed = attempts.filter(({ state, result }) => state === "finished" && result !== "complete");
  if (failed.length === 0) return null;
  const times = failed.slice(-NAMED).flatMap(({ ended, created }) => {
    const at = ended ?? created;
    return at === null ? [] : [clock.moment(Date.parse(at), now).replace(/:\d\d$/, "")];
  });
  const result = failed.every((one) => one.result === failed[0]?.result) ? failed[0]?.result : "failure";
  const left = failed.length > NAMED ? "…, " : "";
  return `${failed.length} ${result}${failed.length === 1 ? "" : "s"}: ${left}${times.join(", ")}`;
}
