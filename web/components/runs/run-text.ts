import type { ShownTaskJson } from "../../../src/contract/api/tasks/task-list-api.ts";
import { type Clock, duration, NOTHING } from "../../services/format.ts";

export type Run = ShownTaskJson;

/** `2026-01-14T13`: as the clock of its phase shows it, without what is zero; null: it is about no time. */
export function taskTimeOf({ task_time: time }: { readonly task_time: string | null }): string | null {
  return time === null ? null : time.slice(0, 19).replace(/(?::00){1,2}$/, "");
}

/** Milliseconds; null: not yet, or not known. */
export function instant(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Date.parse(text);
}

/** That has no end yet. */
export function isOpen({ state }: Pick<Run, "state">): boolean {
  return state !== "finished" && state !== "cancelled";
}

/** The address of a record's page. */
export function pageOf(record: number): { readonly to: "/tasks/$id"; readonly params: { readonly id: string } } {
  return { to: "/tasks/$id", params: { id: String(record) } };
}

export function whenOf(run: Run, clock: Clock, now: number): string {
  return taskTimeOf(run) ?? clock.moment(Date.parse(run.created ?? run.decided_at), now);
}

/** Milliseconds, so far of one that runs; null: it did not begin, or did not say. */
export function ranOf(run: Run, now: number): number | null {
  if (run.task_seconds !== null) return run.task_seconds * 1000;
  const started = instant(run.started);
  return started === null || !isOpen(run) ? null : Math.max(0, now - started);
}

/** How long it ran. */
export function ranText(ran: number | null): string {
  return ran === null ? NOTHING : duration(ran);
}
