import type { Task } from "./task-queries.ts";

/** `load:warehouse` */
export function nameOf({ type, job }: Pick<Task, "type" | "job">): string {
  return job === "" ? type : `${type}:${job}`;
}

/** People count attempts from 1: "attempt 2 of 4". More than the phase retries were made by people. */
export function attemptOf({ attempt, retries }: Pick<Task, "attempt" | "retries">): string {
  return retries === null ? `attempt ${attempt + 1}` : `attempt ${attempt + 1} of ${Math.max(retries, attempt) + 1}`;
}

/** The text as a phrase of the query language, cut to what a query may have. */
export function phrase(text: string): string {
  return `"${text.slice(0, 300).replaceAll(/[\\"*]/g, String.raw`\$&`)}"`;
}
