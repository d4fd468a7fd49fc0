import type { ClockChangesAnswer } from "../../contract/api/workflows/schedule-api.ts";
import { clockChanges, clockEffect } from "../../core/cron/clock-change.ts";
import { taskTimeText } from "../../core/why/phrases.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { Within } from "../backfill/backfill-control.ts";
import type { EngineContext } from "../context.ts";
import { slices } from "./slices.ts";

/** Effects of one change that are named. */
const MAX_EFFECTS = 100;

export interface ClockChangesRequest extends Within {
  /** Only of this workflow file; null: of all. */
  readonly workflow: string | null;
}

/** When the clocks of the zones in use change in the next 13 months, and which ticks that skips, doubles or loses. */
export async function comingClockChanges(
  { workflow, scope = null }: ClockChangesRequest,
  context: EngineContext,
): Promise<ClockChangesAnswer> {
  const { runtime } = context;
  const pause = slices(runtime.monotonic);
  const phases = graphWithin(context.graph(), scope).scheduled.filter(
    (phase) => workflow === null || phase.workflow === workflow,
  );
  const changes: ClockChangesAnswer["changes"] = [];
  for (const [zone, own] of Map.groupBy(phases, ({ rule }) => rule.cron?.zone ?? runtime.zone)) {
    for (const change of clockChanges(zone, runtime.now())) {
      const effects: ClockChangesAnswer["changes"][number]["effects"] = [];
      for (const { id, workflow: file, task, type, job, line, rule } of own) {
        const effect = rule.cron === null ? null : clockEffect(rule.cron, [change]);
        if (effect !== null && effects.length < MAX_EFFECTS)
          effects.push({
            phase_id: id,
            workflow: file,
            task,
            type,
            job,
            line,
            kind: effect.kind,
            time: taskTimeText(effect.wall),
          });
        await pause();
      }
      changes.push({
        at: new Date(change.at).toISOString(),
        zone,
        before_ms: change.before,
        after_ms: change.after,
        phases: own.length,
        files: new Set(own.map((phase) => phase.workflow)).size,
        effects,
      });
    }
    await pause();
  }
  return { changes: changes.toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))) };
}
