import { joinsThatNeverMeet } from "../joins/never-meets.ts";
import type { Phase } from "../phase.ts";
import type { Warn } from "./phase-issue.ts";

export function checkJoins(phases: readonly Phase[], now: number, zone: string, warn: Warn): void {
  for (const [index, parents] of joinsThatNeverMeet(phases, now, zone)) {
    const phase = phases[index];
    if (phase === undefined) continue;
    const texts = parents.map(({ task, schedules }) => `${task} comes at ${schedules.join(" and ")}`);
    warn(
      phase,
      "dependsOn",
      "join_never_meets",
      `${phase.task} never starts: its parents come of no common phase, and their tasks are never about the same instant: ${texts.join(", ")}.`,
      "Give them the same schedule, or an offset that leads to the same instant, or let them depend on one phase.",
    );
  }
}
