import type { Status } from "../../../components/mark.tsx";
import { type Clock, count, duration } from "../../../services/format.ts";
import { statusOf } from "../../../services/task-status.ts";
import type { GraphPhase } from "./graph-queries.ts";

type Doing = Pick<GraphPhase, "now" | "last">;

/** As its tasks are: what wants a person first, then what goes on, then how the last one ended. */
export function statusOfPhase({ now, last }: Doing): Status {
  if (now.retrying > 0) return "retrying";
  if (now.failed > 0) return last?.result === "alert" ? "alert" : "error";
  if (last?.state === "overdue") return "overdue";
  if (now.running > 0) return "running";
  if (now.waiting > 0) return "waiting";
  return last === null ? "none" : statusOf({ ...last, attempt: 0 });
}

/** `14:05`; of another day `14 Jan`. */
export function shortTime(at: number, clock: Clock, now: number): string {
  return clock.date(at) === clock.date(now) ? clock.minutes(at) : clock.day(at, now);
}

/** `14:05`; of another day `15 Jan 05:00`. */
export function dueTime(at: number, clock: Clock, now: number): string {
  return clock.date(at) === clock.date(now) ? clock.minutes(at) : `${clock.day(at, now)} ${clock.minutes(at)}`;
}

/** `paused until 14:00`, or nothing. */
export function pauseText({ held }: Pick<GraphPhase, "held">, clock: Clock, now: number): string {
  if (held === null) return "";
  return held.until === null ? "paused" : `paused until ${dueTime(Date.parse(held.until), clock, now)}`;
}

/** What must hold of a parent beside that it completed; empty: nothing. */
export function conditionOf({ trigger: { on, require } }: Pick<GraphPhase, "trigger">): string {
  const needs = require.map((key) => `{meta:${key}}`).join(" and ");
  return [on === "error" ? "only when it gave up" : "", needs === "" ? "" : `only with ${needs}`]
    .filter((text) => text !== "")
    .join(", ");
}

/** The second line: `14:30 · 11 s`, `14:32 · 16 in work`, `6 retry, 6 gave up`. */
export function lineOf(phase: GraphPhase, clock: Clock, at: number): string {
  const { now, last, run_ms: ran } = phase;
  const paused = pauseText(phase, clock, at);
  if (paused !== "") return paused;
  if (now.retrying + now.failed > 0)
    return [some(now.retrying, "retry"), some(now.failed, "gave up")].filter((text) => text !== "").join(", ");
  const doing = some(now.running, "in work") || some(now.waiting, "wait") || (ran === null ? "" : duration(ran));
  if (last === null) return doing === "" ? conditionOf(phase) || "no task yet" : doing;
  const time = shortTime(Date.parse(last.at), clock, at);
  return doing === "" ? time : `${time} · ${doing}`;
}

function some(number: number, what: string): string {
  return number === 0 ? "" : `${count(number)} ${what}`;
}

/** For who hears it. */
export function aboutOf(phase: GraphPhase, line: string, issues: number): string {
  const { task, outside, workflow, run_ms: ran } = phase;
  return [
    `${task}${outside ? ` of ${workflow}` : ""}: ${statusOfPhase(phase)}, ${line}`,
    ran === null ? "" : `usually takes ${duration(ran)}`,
    conditionOf(phase),
    issues === 0 ? "" : `${count(issues)} ${issues === 1 ? "issue" : "issues"}`,
  ]
    .filter((text) => text !== "")
    .join("; ");
}
