import { queryOptions } from "@tanstack/react-query";
import { get } from "../../../services/api.ts";
import type { RunAnswer } from "./run-model.ts";

/** The run of a record, with its files and what is usual of its phases. */
export function runQuery(record: number | null) {
  return queryOptions({
    queryKey: ["tasks", "gantt", record],
    queryFn: ({ signal }) => get<RunAnswer>("/api/workflows/gantt", { run: String(record) }, signal),
    enabled: record !== null,
  });
}
