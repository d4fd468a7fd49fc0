import { sizeText } from "../files/file-rows.ts";
import type { LogSummary } from "../../task-logs/log-summary.ts";

/** What is said of a log beside its path; empty when there is nothing to say. */
export function logText({ path, host, size, complete, error }: LogSummary): string {
  if (error !== null) return error;
  if (host !== null) return `${path} on ${host === "" ? "the machine of its worker" : host}`;
  return complete ? `${path} (${sizeText(size ?? 0)})` : `${path} (${sizeText(size ?? 0)}, its end has not come)`;
}
