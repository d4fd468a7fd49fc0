import type { LoadAnswer } from "../../contract/api/workflows/schedule-api.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { DAY, HOUR, MINUTE } from "../../contract/time/time-units.ts";
import { type Budget, TickCounter } from "../../core/cron/tick-counter.ts";
import { periodAt } from "../../core/time/period.ts";
import { isZone, zoneOf } from "../../core/time/zone.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { KindStep, Outcomes } from "../../store/stats-queries.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { Within } from "../backfill/backfill-control.ts";
import type { EngineContext } from "../context.ts";
import { isBatch } from "./is-batch.ts";
import { type HeldSince, pausesOf } from "./pauses-in-force.ts";
import { slices } from "./slices.ts";
import type { UsualWork } from "./usual-work.ts";

export interface LoadRequest extends Within {
  readonly from: number;
  readonly to: number;
  readonly by: "hour" | "day";
  readonly zone: string;
  /** Only of this workflow file; null: of all. */
  readonly workflow: string | null;
  /** Also what each phase does. */
  readonly phases: boolean;
}

const MAX_SPAN = { hour: 8 * DAY, day: 100 * DAY } as const;
/** Ticks that are looked at one by one. */
const MAX_LOOKED = 200_000;
/** Of a longer span nobody asks for the minute with most ticks. */
const MAX_MINUTES_SPAN = 50 * HOUR;

/** Ticks and tasks by hour or day: those made, and those still to come. Throws DomainError. */
export async function scheduleLoad(
  request: LoadRequest,
  usual: UsualWork,
  context: EngineContext,
): Promise<LoadAnswer> {
  const { workflow, scope = null, zone } = request;
  const now = context.runtime.now();
  const edges = edgesOf(request);
  const graph = graphWithin(context.graph(), scope);
  const inFile = (phase: Phase): boolean => workflow === null || phase.workflow === workflow;
  const phases = graph.scheduled.filter(inFile).toSorted((a, b) => a.id - b.id);
  const isAll = scope === null && workflow === null;
  const { reads } = context.store;
  const [pauses, made, kinds, hours] = await Promise.all([
    pausesOf(graph.phases.filter(inFile), now, context),
    isAll ? reads.stats.series(edges) : null,
    request.phases && scope === null ? reads.stats.seriesOfKinds(edges) : null,
    isAll ? usual.hours(context) : null,
  ]);
  const counting = new Counting(edges, now);
  const results = kinds === null ? null : Map.groupBy(kinds, ({ type, job }) => `${type}:${job}`);
  const pause = slices(context.runtime.monotonic);
  const rows: LoadAnswer["phases"] = [];
  for (const phase of phases) {
    const held = pauses.held(phase);
    const counted = counting.add(phase, held);
    if (request.phases && counted !== null)
      rows.push({
        phase_id: phase.id,
        workflow: phase.workflow,
        task: phase.task,
        type: phase.type,
        job: phase.job,
        line: phase.line,
        cron: phase.rule.cronText ?? "",
        zone: phase.rule.timezone ?? context.runtime.zone,
        ...counted,
        held: held === null ? null : heldText(held),
        results: results === null ? null : (results.get(`${phase.type}:${phase.job}`) ?? []).map(resultOf),
      });
    await pause();
  }
  return {
    zone,
    to: timeText(edges.at(-1) ?? request.to),
    steps: edges.slice(0, -1).map((at, step) => {
      const until = edges[step + 1] ?? at;
      const { ticks, coming, most } = counting.step(step);
      return {
        at: timeText(at),
        tasks: made?.[step]?.total ?? null,
        expected: hours === null ? null : Math.round(coming + usualBetween(hours, Math.max(at, now), until)),
        ticks,
        most,
      };
    }),
    cut: counting.isCut,
    all_phases: graph.phases.filter(inFile).length,
    phases: rows,
    pauses: pauses.list.map(({ passed, phase, ...one }) => ({
      phase_id: phase?.id ?? 0,
      workflow: phase?.workflow ?? "",
      task: phase?.task ?? "",
      type: phase?.type ?? "",
      job: phase?.job ?? "",
      ...heldText(one),
      passed,
    })),
  };
}

/** Sums over phases, step by step. */
class Counting {
  readonly #edges: readonly number[];
  readonly #now: number;
  readonly #budget: Budget = { left: MAX_LOOKED };
  readonly #ticks: number[];
  /** Tasks of ticks after now. */
  readonly #coming: number[];
  /** By the minute, from the first edge on; null: not counted. */
  readonly #minutes: Uint32Array | null;
  isCut = false;

  constructor(edges: readonly number[], now: number) {
    const [first = 0] = edges;
    const span = (edges.at(-1) ?? first) - first;
    this.#edges = edges;
    this.#now = now;
    this.#ticks = edges.slice(1).map(() => 0);
    this.#coming = [...this.#ticks];
    this.#minutes = span > MAX_MINUTES_SPAN ? null : new Uint32Array(Math.ceil(span / MINUTE));
  }

  /** Null: its ticks are too many around a change of the clocks. */
  add({ rule }: Phase, held: HeldSince | null): { ticks: number[]; times: string[] | null } | null {
    const { cron } = rule;
    if (cron === null) return null;
    const counter = new TickCounter(cron, this.#now, this.#budget);
    const ticks: number[] = [];
    const free: number[] = [];
    const coming: number[] = [];
    for (const [from, until] of this.#steps()) {
      const all = counter.count(from, until);
      const passed = held === null || all === 0 ? 0 : counter.count(...within(held, from, until));
      const after = all === 0 ? 0 : counter.count(Math.min(until, Math.max(from, this.#now, heldUntil(held))), until);
      if (all === null || passed === null || after === null) {
        this.isCut = true;
        return null;
      }
      ticks.push(all);
      free.push(all - passed);
      coming.push(after);
    }
    this.#sum(this.#ticks, free);
    // How many tasks a tick of a batch makes its rows say; what it usually makes is among the rest.
    if (!isBatch(rule)) this.#sum(this.#coming, coming);
    this.#addMinutes(counter, held);
    return { ticks, times: ticks.some((many) => many > 1) ? null : this.#times(cron, ticks) };
  }

  step(step: number): { ticks: number; coming: number; most: LoadAnswer["steps"][number]["most"] } {
    const [origin = 0] = this.#edges;
    const [from = 0, until = from] = this.#edges.slice(step);
    let most: { at: number; ticks: number } | null = null;
    if (this.#minutes !== null)
      for (let at = from; at < until; at += MINUTE) {
        const ticks = this.#minutes[Math.floor((at - origin) / MINUTE)] ?? 0;
        if (ticks > (most?.ticks ?? 0)) most = { at, ticks };
      }
    return {
      ticks: this.#ticks[step] ?? 0,
      coming: this.#coming[step] ?? 0,
      most: most === null ? null : { at: timeText(most.at), ticks: most.ticks },
    };
  }

  *#steps(): Generator<readonly [number, number], void, undefined> {
    for (const [step, from] of this.#edges.slice(0, -1).entries()) yield [from, this.#edges[step + 1] ?? from];
  }

  #sum(sums: number[], more: readonly number[]): void {
    more.forEach((many, step) => (sums[step] = (sums[step] ?? 0) + many));
  }

  #addMinutes(counter: TickCounter, held: HeldSince | null): void {
    const minutes = this.#minutes;
    if (minutes === null) return;
    const [origin = 0] = this.#edges;
    const end = this.#edges.at(-1) ?? origin;
    const [from, until] = within(held, origin, end);
    for (const [start, stop] of held === null
      ? [[origin, end] as const]
      : [[origin, from] as const, [until, end] as const])
      if (start < stop)
        counter.minutes(start, stop, (minute, ticks) => {
          const index = Math.floor((minute - origin) / MINUTE);
          minutes[index] = (minutes[index] ?? 0) + ticks;
        });
  }

  #times(cron: NonNullable<Phase["rule"]["cron"]>, ticks: readonly number[]): string[] {
    const [first = 0] = this.#edges;
    return [...this.#steps()].flatMap(([from], step) => {
      if (ticks[step] === 0) return [];
      const at = cron.every === null ? cron.next(from - 1) : turnAfter(from, this.#now, cron.every);
      return at === null || at < first ? [] : [timeText(at)];
    });
  }
}

/** The tick of `@every` at or after a moment, counted from `now`. */
function turnAfter(at: number, now: number, every: number): number {
  const began = Math.floor(now / 1000) * 1000;
  return began + Math.ceil((at - began) / every) * every;
}

/** What of a span a pause has. */
function within(held: HeldSince | null, from: number, until: number): [number, number] {
  if (held === null) return [until, until];
  const start = Math.min(until, Math.max(from, held.since ?? held.now));
  return [start, Math.max(start, Math.min(until, heldUntil(held)))];
}

function heldUntil(held: HeldSince | null): number {
  return held === null ? -Infinity : (held.until ?? Infinity);
}

/** Where steps begin, and at the end where the last one ends. */
function edgesOf({ from, to, by, zone }: LoadRequest): readonly number[] {
  if (!isZone(zone))
    throw new DomainError(
      "invalid",
      "unknown_zone",
      `There is no time zone ${zone}; write an IANA name, like Europe/Berlin.`,
    );
  if (to <= from) throw new DomainError("invalid", "empty_range", "The range ends before it begins.");
  if (to - from > MAX_SPAN[by])
    throw new DomainError(
      "invalid",
      "range_too_long",
      `By ${by} at most ${MAX_SPAN[by] / DAY} days are counted at once.`,
    );
  const clock = zoneOf(zone);
  const edges = [periodAt(by, from, clock).from];
  for (let at = edges[0] ?? from; at < to; edges.push(at)) at = periodAt(by, at, clock).to;
  return edges;
}

/** Of hours of the day (UTC), each as far as it is in the span. */
function usualBetween(hours: readonly number[], from: number, until: number): number {
  let sum = 0;
  for (let at = from; at < until;) {
    const next = Math.min(until, Math.floor(at / HOUR) * HOUR + HOUR);
    sum += ((hours[Math.floor(at / HOUR) % 24] ?? 0) * (next - at)) / HOUR;
    at = next;
  }
  return sum;
}

function resultOf(of: KindStep): NonNullable<LoadAnswer["phases"][number]["results"]>[number] {
  return { step: of.step, tasks: of.total, failed: of.error + of.unknown, state: stateOf(of) };
}

/** The worst. */
function stateOf({ error, unknown, alert, warn, unfinished, cancelled }: Outcomes) {
  if (error + unknown > 0) return "error";
  if (alert > 0) return "alert";
  if (warn > 0) return "warn";
  if (unfinished > 0) return "waiting";
  return cancelled > 0 ? "cancelled" : "complete";
}

function heldText({ since, until, by, reason }: Omit<HeldSince, "now">) {
  return {
    since: since === null ? null : timeText(since),
    until: until === null ? null : timeText(until),
    by,
    reason,
  };
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}
