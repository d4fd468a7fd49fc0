import type { NewAlert, NewDecision } from "../../../core/decide/effects.ts";
import type { DueTick } from "../../../core/decide/decider.ts";
import type { Committed, Store } from "../../store.ts";
import { ABOUT_NOTHING } from "../tasks/decisions.ts";
import type { Ingest } from "./ingest.ts";
import type { Tables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** Decides ticks and passed moments that are ahead of the cursors of their schedules, and moves the cursors. */
export function fireTicks(
  tables: Tables,
  writer: Writer,
  ingest: Ingest,
  ...[ticks, decider, now, passed = []]: Parameters<Store["fireTicks"]>
): Committed {
  const { schedules, alerts } = tables;
  const due = aheadOfCursors(tables, ticks);
  const moments = passed.filter(({ schedule: { phaseId, kind, cursorAt } }) => {
    return cursorAt > (schedules.cursor(phaseId, kind) ?? Number.NEGATIVE_INFINITY);
  });
  const cursors = new Map<number, number>();
  for (const { phaseId, scheduledAt } of due)
    cursors.set(phaseId, Math.max(scheduledAt, cursors.get(phaseId) ?? scheduledAt));
  alerts.refresh();
  return writer.group(
    due,
    (tick, gathered) => ingest.tick(tick, decider, now, gathered),
    (tick, error) => ingest.skip(decider.missed(tick, error), now),
    () => {
      for (const moment of moments) {
        addEntries(tables, moment, now);
        schedules.move(moment.schedule, now);
      }
      cursors.forEach((cursorAt, phaseId) => schedules.move({ phaseId, kind: "cron", cursorAt }, now));
    },
  );
}

/** Alerts and decisions that belong to no message. Inside a transaction. */
export function addEntries(
  { alerts, decisions }: Pick<Tables, "alerts" | "decisions">,
  entries: { readonly alerts: readonly NewAlert[]; readonly decisions: readonly NewDecision[] },
  now: number,
): void {
  for (const alert of entries.alerts) alerts.raise(alert, ABOUT_NOTHING, now);
  for (const decision of entries.decisions) decisions.add(decision, ABOUT_NOTHING, now);
}

function aheadOfCursors({ schedules }: Pick<Tables, "schedules">, ticks: readonly DueTick[]): readonly DueTick[] {
  const cursors = new Map<number, number>();
  return ticks.filter(({ phaseId, scheduledAt }) => {
    let cursor = cursors.get(phaseId);
    if (cursor === undefined) {
      cursor = schedules.cursor(phaseId, "cron") ?? Number.NEGATIVE_INFINITY;
      cursors.set(phaseId, cursor);
    }
    return scheduledAt > cursor;
  });
}
