import { SEVERITIES } from "../../../../src/contract/api/alerts/alert-names.ts";
import { aboutText } from "../../../services/alert-words.ts";
import type { ShownAlert } from "../alerts-queries.ts";
import type { Span } from "../range.ts";

/** The alerts about one type and job, or one file. */
export interface Lane {
  readonly name: string;
  /** Oldest first. */
  readonly alerts: readonly ShownAlert[];
  readonly isOpen: boolean;
}

/** Alerts that would overlap, as one mark. */
export interface LaneMark {
  readonly at: number;
  readonly count: number;
  /** The gravest of them, one that is not resolved before the others. */
  readonly alert: ShownAlert;
}

/** From when to when something was wrong. */
export interface LaneLine {
  readonly from: number;
  /** Null: it still is. */
  readonly to: number | null;
  readonly alert: ShownAlert;
}

/** Those with something unresolved first, the gravest first; then the others, the newest first. */
export function lanesOf(alerts: readonly ShownAlert[]): readonly Lane[] {
  const byName = Map.groupBy(alerts, aboutText);
  return Array.from(byName, ([name, own]): Lane => {
    const oldest = own.toSorted((a, b) => startOf(a) - startOf(b));
    return { name, alerts: oldest, isOpen: own.some(isLasting) };
  }).toSorted(
    (a, b) =>
      Number(b.isOpen) - Number(a.isOpen) ||
      gravity(a) - gravity(b) ||
      startOf(b.alerts.at(-1)) - startOf(a.alerts.at(-1)),
  );
}

/** `gap`: marks nearer than so many ms are one. */
export function marksOf({ alerts }: Lane, { from }: Span, gap: number): readonly LaneMark[] {
  const marks: { at: number; count: number; alert: ShownAlert }[] = [];
  for (const alert of alerts) {
    const at = Math.max(from, startOf(alert));
    const last = marks.at(-1);
    // A count needs room beside its mark.
    if (last === undefined || at - last.at >= gap * (last.count > 1 ? 1.8 : 1)) marks.push({ at, count: 1, alert });
    else {
      last.count += 1;
      if (rank(alert) < rank(last.alert)) last.alert = alert;
    }
  }
  return marks;
}

/** Without gaps, and one for each stretch. */
export function linesOf({ alerts }: Lane): readonly LaneLine[] {
  const lines: { from: number; to: number | null; alert: ShownAlert }[] = [];
  for (const alert of alerts) {
    const to = alert.resolved_at === null ? null : Date.parse(alert.resolved_at);
    const last = lines.at(-1);
    if (last === undefined || (last.to !== null && last.to < startOf(alert)))
      lines.push({ from: startOf(alert), to, alert });
    else {
      if (last.to !== null && (to === null || to > last.to)) last.to = to;
      if (rank(alert) < rank(last.alert)) last.alert = alert;
    }
  }
  return lines;
}

export function isLasting({ state }: ShownAlert): boolean {
  return state !== "resolved";
}

function startOf(alert: ShownAlert | undefined): number {
  return alert === undefined ? 0 : Date.parse(alert.created_at);
}

function rank(alert: ShownAlert): number {
  return SEVERITIES.indexOf(alert.severity) + (isLasting(alert) ? 0 : SEVERITIES.length);
}

function gravity({ alerts }: Lane): number {
  return Math.min(...alerts.map(rank));
}
