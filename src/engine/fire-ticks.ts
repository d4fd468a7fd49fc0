import TinyQueue from "tinyqueue";
import { SECOND, SWAP_MS } from "../contract/time/time-units.ts";
import { secondsText } from "../contract/time/instant.ts";
import { dueTicks, LATE_AFTER_MS, type CatchUpPolicy, type PassedTicks } from "../core/decide/catch-up.ts";
import type { CronSchedule } from "../core/cron/cron.ts";
import type { DueTick } from "../core/decide/decider.ts";
import type { DecisionCode, NewAlert, NewDecision } from "../core/decide/effects.ts";
import { newAlert } from "../core/decide/new-alert.ts";
import { missedTick } from "../core/decide/dead-letters.ts";
import { withoutTooLarge } from "../core/decide/task-size.ts";
import { decideTick, sourceOf, tickNeeds, tickTaskTime, type TickContext } from "../core/decide/on-tick.ts";
import { isoOfInstant } from "../core/time/wall-ms.ts";
import { zoneOf } from "../core/time/zone.ts";
import { spanText } from "../core/why/phrases.ts";
import type { CronMoments } from "../core/legacy/info-page.ts";
import type { Phase, WorkflowGraph } from "../core/workflow/phase.ts";
import type { PassedMoment } from "../store/store.ts";
import { ClockWatch, type ClockJump } from "./clock-watch.ts";
import type { ScheduleRow, ClockSetBack } from "../store/schedule-rows.ts";
import type { EngineContext } from "./context.ts";
import { missingFiles } from "./expect-files.ts";

/** Schedules of one transaction: enough to share its cost, few enough to let messages in between. */
const GROUP = 250;
/** Missed ticks that one call catches up on, over all its schedules; the rest follows in the next. */
const TICKS = 1000;

interface Entry {
  readonly phase: Phase;
  readonly kind: ScheduleRow["kind"];
  readonly schedule: CronSchedule;
  cursorAt: number;
  /** As `ScheduleRow`. */
  readonly pausedFrom: number | null;
  /** The last tick that this process fired; null before the first. */
  firedAt: number | null;
  /** When the pause of its phase ended; its ticks before that are not late, but passed over. Null: it was not paused. */
  readonly resumedAt: number | null;
}

/** An entry of the queue. */
interface QueuedTick {
  readonly at: number;
  readonly entry: Entry;
}

/** Ticks to decide in one transaction, and the cursor of each schedule afterwards. */
interface Decidable {
  readonly ticks: DueTick[];
  readonly passed: PassedMoment[];
  readonly cursors: Map<Entry, number>;
  /** The last tick of each that is fired. */
  readonly fired: Map<Entry, number>;
  /** More is due than one call takes. */
  isMore: boolean;
}

/** Milliseconds until ticks that could not be decided are retried. */
const RETRY = 1000;
/** Milliseconds until ticks whose meta-file has not answered are tried again. */
const ASIDE = 250;

/**
 * The schedules in force. The truth is a row per schedule with its cursor, moved in the transaction that decides a
 * tick; this queue only knows when to check next.
 */
export class TickScheduler {
  readonly #context: EngineContext;
  #queue = new TinyQueue<QueuedTick>([], (a, b) => a.at - b.at);
  #entries = new Map<string, Entry>();
  /** Taken from the queue, and since when they are due. */
  readonly #undecided = new Map<Entry, number>();
  readonly #clock: ClockWatch;
  /** The last time that the clock was set forward. */
  #setForward: ClockJump | null = null;
  /** By how much the clock was set back, until an alert tells it. */
  #setBackBy = 0;
  /** For delays: how the clock was set back, until they follow it. At the start it may have been while nothing ran. */
  #setBack: ClockSetBack | null = { by: null, since: 0 };

  constructor(context: EngineContext) {
    this.#context = context;
    this.#clock = new ClockWatch(context.runtime);
  }

  /**
   * Loads the schedules of a graph, all at once when the promise resolves. A cursor belongs to the schedule that it was
   * made for: one that is new, changed or back, begins now, whether Flowlord ran meanwhile or not; any other continues.
   */
  async load(graph: WorkflowGraph): Promise<void> {
    const { store, runtime } = this.#context;
    const now = runtime.now();
    const rows = new Map((await store.schedules()).map((row) => [keyOf(row.phaseId, row.kind), row]));
    const entries = new Map<string, Entry>();
    const moved: ScheduleRow[] = [];
    for (const phase of graph.phases) {
      for (const [kind, schedule] of schedulesOf(phase)) {
        const key = keyOf(phase.id, kind);
        const row = rows.get(key);
        rows.delete(key);
        const spec = specOf(schedule);
        // A cursor in the future is that of a clock that was set back since.
        const isSame = row !== undefined && continues(row, spec, now);
        const kept = isSame ? row.cursorAt : Math.max(now, row?.cursorAt ?? now);
        const pausedFrom = isSame ? row.pausedFrom : null;
        const isResumed = pausedFrom !== null && !phase.rule.paused;
        // `catchup` decides at the end of a pause; what it does not ask for is on record as skipped.
        const cursorAt = isResumed && kind === "cron" && phase.rule.catchUp !== "none" ? pausedFrom : kept;
        const begun = phase.rule.paused ? (pausedFrom ?? kept) : null;
        if (row === undefined || row.spec !== spec || row.removedAt !== null || row.pausedFrom !== begun)
          moved.push({ phaseId: phase.id, kind, cursorAt, spec, removedAt: null, pausedFrom: begun });
        const firedAt = isSame ? (this.#entries.get(key)?.firedAt ?? null) : null;
        const resumedAt = isResumed ? now : null;
        entries.set(key, { phase, kind, schedule, cursorAt, firedAt, pausedFrom: begun, resumedAt });
      }
    }
    for (const row of rows.values()) if (row.removedAt === null) moved.push({ ...row, removedAt: now });
    if (moved.length > 0) await store.moveCursors(moved, now);
    this.#entries = entries;
    await this.#followClock(now);
    this.#requeueAll();
  }

  /** When the next tick is due, milliseconds since 1970; null without schedules. */
  get nextAt(): number | null {
    return this.#queue.peek()?.at ?? null;
  }

  /** When each cron fires next, and fired last since the start; milliseconds since 1970. */
  get crons(): readonly CronMoments[] {
    const crons = [...this.#entries.values()].filter(({ kind }) => kind === "cron");
    return crons.map(({ phase, schedule, cursorAt, firedAt }) => ({
      phase,
      nextAt: schedule.next(cursorAt),
      firedAt,
    }));
  }

  /** Since when a tick is due that is not decided: also while it is being decided, or waits to be tried again. */
  get dueSince(): number | null {
    const first = Math.min(this.nextAt ?? Infinity, ...this.#undecided.values());
    return first === Infinity ? null : first;
  }

  get count(): number {
    return this.#entries.size;
  }

  /**
   * Decides all ticks that are due. Returns true when more are still due (missed ticks of a long downtime), so that the
   * caller can let other work in between.
   */
  async fire(): Promise<boolean> {
    const now = this.#context.runtime.now();
    const jump = this.#clock.jump();
    if (jump !== null && jump.by > 0) this.#setForward = jump;
    if (jump !== null && jump.by < 0) {
      this.#setBackBy = Math.max(this.#setBackBy, -jump.by);
      this.#setBack = { by: (this.#setBack?.by ?? 0) - jump.by, since: jump.from + jump.by };
    }
    if (await this.#followClock(now)) this.#requeueAll();
    const taken = this.#takeDue(now);
    if (taken.length === 0) return false;
    try {
      const graph = this.#context.graph();
      const { rows, isPending } = await this.#context.metaFiles.loadAnswered(
        taken.flatMap((entry) => readerOf(entry, graph)),
      );
      const due = isPending === null ? taken : taken.filter((entry) => !readerOf(entry, graph).some(isPending));
      const { ticks, passed, cursors, fired, isMore } = await this.#decidable(due, now);
      await this.#decide(ticks, passed, { now, graph, metaRows: rows });
      for (const [entry, cursorAt] of cursors) entry.cursorAt = cursorAt;
      for (const [entry, firedAt] of fired) entry.firedAt = firedAt;
      for (const entry of due) this.#requeue(entry);
      for (const entry of taken) {
        if (cursors.has(entry)) this.#undecided.delete(entry);
        else if (this.#isInForce(entry)) this.#queue.push({ at: now + ASIDE, entry });
      }
      return isMore || taken.length === GROUP;
    } catch (error) {
      // Nothing is committed, and no cursor here has moved.
      for (const entry of taken) if (this.#isInForce(entry)) this.#queue.push({ at: now + RETRY, entry });
      throw error;
    }
  }

  /**
   * A cursor in the future is one of a clock that was set back. It goes back to now; the key of a tick's record keeps it
   * from being fired twice. Delays that run keep their length. Returns whether a cursor moved.
   */
  async #followClock(now: number): Promise<boolean> {
    const { store } = this.#context;
    const ahead = [...this.#entries.values()].filter(({ cursorAt }) => cursorAt > now + SECOND);
    const setBackBy = ahead.reduce((most, { cursorAt }) => Math.max(most, cursorAt - now), this.#setBackBy);
    const setBack = this.#setBack;
    if (ahead.length > 0 || setBack !== null) {
      const moved = ahead.map(({ phase, kind, schedule, pausedFrom }) => ({
        phaseId: phase.id,
        kind,
        cursorAt: now,
        spec: specOf(schedule),
        removedAt: null,
        pausedFrom: pausedFrom === null ? null : Math.min(pausedFrom, now),
      }));
      await store.moveCursors(moved, now, setBack);
      for (const entry of ahead) entry.cursorAt = now;
      this.#setBack = null;
      if (setBack !== null) this.#context.dueAt(now);
    }
    if (setBackBy > LATE_AFTER_MS)
      await store.record({ alerts: [setBackAlert(setBackBy, now, this.#context.runtime.zone)], decisions: [] }, now);
    this.#setBackBy = 0;
    return ahead.length > 0;
  }

  async #decidable(due: readonly Entry[], now: number): Promise<Decidable> {
    const { metrics, runtime, store } = this.#context;
    const found: Decidable = { ticks: [], passed: [], cursors: new Map(), fired: new Map(), isMore: false };
    const limit = Math.max(1, Math.floor(TICKS / due.length));
    for (const entry of due) {
      const { phase, kind, schedule } = entry;
      const { fire, passed } = dueTicks(schedule, entry.cursorAt, now, policyOf(entry, now), limit);
      if (fire.length === limit) found.isMore = true;
      if (passed !== null) found.passed.push(skippedTicks(entry, passed, fire.length, runtime.zone, this.#setForward));
      for (const scheduledAt of fire) {
        if (kind === "cron") found.ticks.push(dueTick(entry, scheduledAt));
        else {
          const missing = await missingFiles(phase, schedule, scheduledAt, store, runtime.zone);
          found.passed.push({ schedule: { phaseId: phase.id, kind, cursorAt: scheduledAt }, ...missing });
        }
        metrics.tickLag(Math.max(0, now - scheduledAt));
      }
      const last = fire.at(-1);
      if (last !== undefined) found.fired.set(entry, last);
      found.cursors.set(entry, last ?? passed?.last ?? entry.cursorAt);
    }
    return found;
  }

  async #decide(
    ticks: readonly DueTick[],
    passed: readonly PassedMoment[],
    { now, graph, metaRows }: Pick<TickContext, "now" | "metaRows"> & { readonly graph: WorkflowGraph },
  ): Promise<void> {
    if (ticks.length + passed.length === 0) return;
    const { runtime, store, taskTtl } = this.#context;
    const { newId, shortId, host, zone } = runtime;
    const tickContext = { now, taskTtl, metaRows, newId, shortId, host, zone };
    const committed = await store.fireTicks(
      ticks,
      {
        needs: ({ phaseId }) => tickNeeds(graph.byId.get(phaseId)),
        decide: (tick, { slots }) =>
          withoutTooLarge(decideTick(graph.byId.get(tick.phaseId), tick, slots, tickContext), graph),
        missed: (tick, error) => missedTick(tick, error, runtime.zone, graph.byId.get(tick.phaseId) ?? null),
      },
      now,
      passed,
    );
    this.#context.send(committed.outbox);
  }

  #takeDue(now: number): Entry[] {
    const due = new Set<Entry>();
    while (due.size < GROUP && (this.#queue.peek()?.at ?? Infinity) <= now) {
      const slot = this.#queue.pop();
      if (slot === undefined) continue;
      due.add(slot.entry);
      if (!this.#undecided.has(slot.entry)) this.#undecided.set(slot.entry, slot.at);
    }
    return [...due];
  }

  #requeueAll(): void {
    this.#queue = new TinyQueue<QueuedTick>([], (a, b) => a.at - b.at);
    this.#undecided.clear();
    for (const entry of this.#entries.values()) this.#requeue(entry);
  }

  #requeue(entry: Entry): void {
    if (!this.#isInForce(entry)) return;
    const at = entry.schedule.next(entry.cursorAt);
    if (at !== null) this.#queue.push({ at, entry });
  }

  /** False when a reload has replaced the entry meanwhile. */
  #isInForce(entry: Entry): boolean {
    return this.#entries.get(keyOf(entry.phase.id, entry.kind)) === entry;
  }
}

/** The phase whose tick reads a file, if it does. A paused phase reads none. */
function readerOf({ kind, phase: { id } }: Entry, graph: WorkflowGraph): readonly Phase[] {
  const phase = graph.byId.get(id);
  return kind !== "cron" || phase === undefined || phase.rule.paused ? [] : [phase];
}

function dueTick({ phase: { id: phaseId }, resumedAt }: Entry, scheduledAt: number): DueTick {
  const isPassedOver = resumedAt !== null && scheduledAt < resumedAt;
  return { phaseId, scheduledAt, ...(isPassedOver ? { pausedUntil: resumedAt } : {}) };
}

function keyOf(phaseId: number, kind: ScheduleRow["kind"]): string {
  return `${kind}:${phaseId}`;
}

function* schedulesOf(phase: Phase): Iterable<[ScheduleRow["kind"], CronSchedule]> {
  if (phase.rule.cron !== null) yield ["cron", phase.rule.cron];
  if (phase.rule.expectBy !== null) yield ["expect", phase.rule.expectBy];
}

/** What distinguishes one schedule of a phase from another. */
function specOf({ text, zone }: CronSchedule): string {
  return `${text} ${zone}`;
}

/** Whether the schedule goes on at this cursor. */
function continues({ spec, removedAt }: ScheduleRow, inForce: string, now: number): boolean {
  if (spec !== null && spec !== inForce) return false;
  return removedAt === null || now - removedAt <= SWAP_MS;
}

/** A paused phase skips everything; a missed `expect_by` is checked once. What a pause passed over is late, however short it was. */
function policyOf({ phase, kind, resumedAt }: Entry, now: number): CatchUpPolicy {
  const { catchUp, catchUpWindow: window, paused } = phase.rule;
  if (paused) return { catchUp: "none", window, lateAfter: -1 };
  const lateAfter = resumedAt === null ? LATE_AFTER_MS : Math.min(LATE_AFTER_MS, Math.max(0, now - resumedAt));
  return { catchUp: kind === "expect" ? "last" : catchUp, window, lateAfter };
}

/** Its task time is that of the last tick: a query for one of them searches for the next row from there on. */
function skippedTicks(
  { phase, kind, resumedAt }: Entry,
  passed: PassedTicks,
  fired: number,
  zone: string,
  setForward: ClockJump | null,
): PassedMoment {
  const { count, more, first, last } = passed;
  const schedule = { phaseId: phase.id, kind, cursorAt: last };
  if (kind === "expect") return { schedule, alerts: [], decisions: [] };
  const isPaused = phase.rule.paused || (resumedAt !== null && last <= resumedAt);
  const code: DecisionCode = isPaused ? "tick_skipped" : "tick_missed";
  const why = phase.rule.paused
    ? { reason: "the phase is paused" }
    : isPaused
      ? { reason: `the phase was paused, and catchup = ${phase.rule.catchUp} starts none of them` }
      : { catchup: phase.rule.catchUp };
  const data: NewDecision["data"] = { count, ...(more ? { more } : {}), first, last, ...why, ...sourceOf(phase) };
  const taskTime = tickTaskTime(phase, last, zone);
  const decision: NewDecision = { code, phaseId: phase.id, taskTime, data };
  // Ticks skipped on purpose are not missed: by a pause, or by `catchup = last` when the last one is fired.
  const isMissed = !isPaused && (phase.rule.catchUp !== "last" || fired === 0);
  if (!isMissed) return { schedule, alerts: [], decisions: [decision] };
  if (phase.rule.noAlert) {
    const by: NewDecision["data"] = { by: "no_alert", type: "schedule_missed" };
    return {
      schedule,
      alerts: [],
      decisions: [decision, { code: "alert_suppressed", phaseId: phase.id, taskTime, data: by }],
    };
  }
  return { schedule, alerts: [missedAlert(phase, passed, zone, setForward)], decisions: [decision] };
}

function setBackAlert(by: number, now: number, zone: string): NewAlert {
  const message = `the clock was set back by ${spanText(by)}: schedules go on from ${isoOfInstant(now - (now % SECOND), zoneOf(zone))}, and no tick is fired twice`;
  // Until the clock shows again what it showed before.
  return newAlert("clock_set_back", message, { cause: secondsText(now + by) });
}

/** One alert a phase, however many ticks. */
function missedAlert(
  phase: Phase,
  { count, more, first, last }: PassedTicks,
  zone: string,
  setForward: ClockJump | null,
): NewAlert {
  const at = (tick: number): string => isoOfInstant(tick, zoneOf(phase.rule.timezone ?? zone));
  const ticks = `${more ? "more than " : ""}${count} ${count === 1 ? "tick" : "ticks"}`;
  const when = count === 1 ? `at ${at(first)}` : `from ${at(first)} to ${at(last)}`;
  const why = `catchup = ${phase.rule.catchUp}`;
  const isClock = setForward !== null && first > setForward.from - LATE_AFTER_MS && last <= setForward.to;
  const cause = isClock ? `when the clock was set forward by ${spanText(setForward.by)}` : "while Flowlord was down";
  const message = `${phase.task} of ${phase.workflow} missed ${ticks} ${when} ${cause} (${why})`;
  return newAlert("schedule_missed", message, { phase, cause: `schedule of ${phase.key}` });
}
