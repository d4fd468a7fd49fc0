import { HOUR } from "../../src/contract/time/time-units.ts";
import type { Plan } from "./plans.ts";

/** What all tasks of a run share. */
export interface Run {
  readonly id: string;
  /** Values for `{meta:…}` of a template. */
  readonly values: Map<string, string>;
}

/** A task whose fate is drawn, until its worker reports. */
export interface MadeTask {
  readonly plan: Plan;
  readonly run: Run;
  readonly id: number;
  readonly firstId: number;
  readonly attempt: number;
  readonly taskTime: number | null;
  /** As recorded: as the worker returned it, where it did. */
  readonly meta: string;
  readonly info: string;
  readonly created: number;
  readonly result: string;
  readonly msg: string;
}

/** Meta as Flowlord sends it. */
export function sentMeta(plan: Plan, hourText: string, more: string): string {
  const { job, workflow } = plan;
  return `workflow=${workflow}&cron=${hourText}${job === "" ? "" : `&job=${job}`}${more}`;
}

let textAt = Number.NaN;
let text = "";

/** `2026-03-01T12`, as `cron` in meta. */
export function hourText(ms: number): string {
  const hour = Math.floor(ms / HOUR);
  if (hour !== textAt) {
    textAt = hour;
    text = new Date(ms).toISOString().slice(0, 13);
  }
  return text;
}
