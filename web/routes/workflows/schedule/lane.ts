import type { LoadAnswer } from "../../../../src/contract/api/workflows/schedule-api.ts";
import type { Status } from "../../../components/mark.tsx";
import type { Span } from "../../../services/query-text.ts";
import type { ScheduledPhase } from "./schedule-queries.ts";

/** What became of the ticks of an hour or day; `planned`: they are still to come; `none`: nothing was made. */
export type Outcome =
  | Extract<Status, "complete" | "waiting" | "warn" | "error" | "alert" | "cancelled" | "none">
  | "planned";

/** The ticks of a phase in an hour or day. */
export interface Field extends Span {
  readonly step: number;
  readonly ticks: number;
  readonly outcome: Outcome;
  readonly tasks: number;
  readonly failed: number;
}

export interface Lane {
  readonly phase: ScheduledPhase;
  readonly name: string;
  readonly fields: readonly Field[];
  /** Of a phase that ticks rarely: a mark a tick. Null: a field an hour or day, with its number. */
  readonly marks: readonly { readonly at: number; readonly outcome: Outcome }[] | null;
  readonly ticks: number;
  readonly tasks: number;
  readonly failed: number;
  readonly alerts: number;
}

export function stepsOf({ steps, to }: Pick<LoadAnswer, "steps" | "to">): readonly Span[] {
  return steps.map(({ at }, index) => ({ from: Date.parse(at), until: Date.parse(steps[index + 1]?.at ?? to) }));
}

export function nameOf({ type, job }: { readonly type: string; readonly job: string }): string {
  return job === "" ? type : `${type}:${job}`;
}

export function laneOf(phase: ScheduledPhase, steps: readonly Span[], now: number): Lane {
  const results = new Map(phase.results?.map((result) => [result.step, result]));
  const fields = steps.flatMap(({ from, until }, step): Field[] => {
    const ticks = phase.ticks[step] ?? 0;
    const result = results.get(step);
    if (ticks === 0 && result === undefined) return [];
    const outcome: Outcome = result?.state ?? (from > now || phase.results === null ? "planned" : "none");
    const field = { from, until, step, ticks, outcome, tasks: result?.tasks ?? 0, failed: result?.failed ?? 0 };
    if (now <= from || now >= until) return [from > now ? { ...field, outcome: "planned" } : field];
    // What is over of the hour, and what is still to come.
    return [
      { ...field, until: now },
      { ...field, from: now, outcome: "planned" },
    ];
  });
  const shown = fields.filter(({ from, outcome }) => from <= now && outcome !== "planned");
  const sum = (of: (field: Field) => number): number => shown.reduce((all, field) => all + of(field), 0);
  return {
    phase,
    name: nameOf(phase),
    fields,
    marks: phase.times === null ? null : marksOf(phase.times, fields, now),
    ticks: phase.ticks.reduce((all, ticks) => all + ticks, 0),
    tasks: sum(({ tasks }) => tasks),
    failed: sum(({ failed }) => failed),
    alerts: shown.filter(({ outcome }) => outcome === "alert").length,
  };
}

function marksOf(times: readonly string[], fields: readonly Field[], now: number): Lane["marks"] {
  return times.map((text) => {
    const at = Date.parse(text);
    const field = fields.find(({ from, until }) => from <= at && at < until);
    return { at, outcome: at > now ? "planned" : (field?.outcome ?? "none") };
  });
}

/** The worst first: what failed, then alerts, then what ticks most; or by name. */
export function sorted(lanes: readonly Lane[], byName: boolean): readonly Lane[] {
  const names = (a: Lane, b: Lane): number =>
    a.name.localeCompare(b.name) || a.phase.workflow.localeCompare(b.phase.workflow);
  return lanes.toSorted((a, b) =>
    byName ? names(a, b) : b.failed - a.failed || b.alerts - a.alerts || b.ticks - a.ticks || names(a, b),
  );
}

/** What of the span a pause has; null: nothing. */
export function heldIn({ held }: ScheduledPhase, { from, until }: Span, now: number): Span | null {
  if (held === null) return null;
  const start = Math.max(from, held.since === null ? now : Date.parse(held.since));
  const end = Math.min(until, held.until === null ? Infinity : Date.parse(held.until));
  return start < end ? { from: start, until: end } : null;
}
