import { HOUR } from "../../../../src/contract/time/time-units.ts";
import { toWall } from "../../../services/time/zone.ts";
import type { ClockChange, Tick } from "./schedule-queries.ts";
import { nameOf } from "./lane.ts";

const [BEFORE, AFTER] = [2 * HOUR, 6 * HOUR];
/** A phase that ticks more often around the change is counted, not drawn. */
const MAX_TICKS = 6;

/** The hours around a change of the clocks, from left (0) to right (1). A missing hour has its place, though it takes no time. */
export interface ChangeAxis {
  readonly from: number;
  readonly until: number;
  /** Of a moment. */
  readonly x: (at: number) => number;
  /** Of a time that the clocks do not show that day. */
  readonly xOfMissing: (wall: number) => number;
  /** The missing or doubled hours. */
  readonly bent: { readonly left: number; readonly right: number };
}

export function axisOf({
  at,
  before_ms: before,
  after_ms: after,
}: Pick<ClockChange, "at" | "before_ms" | "after_ms">): ChangeAxis {
  const moment = Date.parse(at);
  const jump = after - before;
  const gap = Math.max(0, jump);
  const [from, until] = [moment - BEFORE, moment + AFTER];
  const total = BEFORE + AFTER + gap;
  const x = (time: number): number => (time - from + (time >= moment ? gap : 0)) / total;
  return {
    from,
    until,
    x,
    xOfMissing: (wall) => (wall - before - from) / total,
    bent:
      jump > 0
        ? { left: BEFORE / total, right: (BEFORE + gap) / total }
        : { left: x(moment + jump), right: x(moment - jump) },
  };
}

/** Full hours of a zone along the axis, none inside a missing hour. */
export function hoursOf(
  { from, until, x }: ChangeAxis,
  zone: string,
): readonly { readonly at: number; readonly x: number }[] {
  const hours: { at: number; x: number }[] = [];
  for (let at = from; at < until;) {
    const rest = toWall(at, zone) % HOUR;
    if (rest === 0) hours.push({ at, x: x(at) });
    at += HOUR - rest;
  }
  return hours;
}

export interface PhaseTicks {
  readonly name: string;
  readonly tick: Tick;
  readonly ats: readonly number[];
}

/** The phases of the zone that tick a few times around the change, in the order of their ticks; and how many tick more often. */
export function ticksAround(
  ticks: readonly Tick[],
  zone: string,
): { readonly few: readonly PhaseTicks[]; readonly often: number } {
  const own = ticks.filter((tick) => tick.zone === zone && tick.held === null);
  const byPhase = [...Map.groupBy(own, ({ phase_id: id }) => id).values()].flatMap((of): PhaseTicks[] => {
    const [tick] = of;
    return tick === undefined
      ? []
      : [{ name: nameOf(tick), tick, ats: of.map(({ scheduled_at: at }) => Date.parse(at)) }];
  });
  const few = byPhase.filter(({ ats }) => ats.length <= MAX_TICKS);
  return { few, often: byPhase.length - few.length };
}
