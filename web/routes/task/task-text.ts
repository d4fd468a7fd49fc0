import type { Task } from "./task-queries.ts";

/** `load:warehouse` */
export function nameOf({ type, job }: Pick<Task, "type" | "job">): string {
  return job === "" ? type : `${type}:${job}`;
}

/** `2026-01-14T13`: as the clock of its phase shows it, without what is zero; null: it is about no time. */
export function taskTimeOf({ task_time: time }: { readonly task_time: string | null }): string | null {
  return time === null ? null : time.slice(0, 19).replace(/(?::00){1,2}$/, "");
}

/** People count attempts from 1: "attempt 2 of 4". More than the phase retries were made by people. */
export function attemptOf({ attempt, retries }: Pick<Task, "attempt" | "retries">): string {
  return retries === null ? `attempt ${attempt + 1}` : `attempt ${attempt + 1} of ${Math.max(retries, attempt) + 1}`;
}

/** Milliseconds; null: not yet, or not known. */
export function instant(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Date.parse(text);
}

/** That has no end yet. */
export function isOpen({ state }: Pick<Task, "state">): boolean {
  return state !== "finished" && state !== "cancelled";
}

/** The text as a phrase of the query language, cut to what a query may have. */
export function phrase(text: string): string {
  return `"${text.slice(0, 300).replaceAll(/[\\"*]/g, String.raw`\$&`)}"`;
}

/** The address of a record's page. */
export function pageOf(record: number): { readonly to: "/tasks/$id"; readonly params: { readonly id: string } } {
  return { to: "/tasks/$id", params: { id: String(record) } };
}
