import TinyQueue from "tinyqueue";
import { dueTicks } from "../core/catch-up.ts";
import type { CronSchedule } from "../core/cron.ts";
import type { DueTick } from "../core/decider.ts";
import type { NewDecision } from "../core/effects.ts";
import { decideTick, tickNeeds } from "../core/on-tick.ts";
import type { Phase, WorkflowGraph } from "../core/phase.ts";
import type { ScheduleRow } from "../store/store.ts";
import type { EngineContext } from "./context.ts";
import { missingFiles } from "./expect-files.ts";

/** A tick later than this was missed (a downtime, or a clock set forward) and is for `catchup` to decide. */
export const LATE_AFTER = 60_000;
/** Ticks of one transaction: enough to share its cost, few enough to let messages in between. */
const GROUP = 250;
/** Missed ticks of one phase that one call makes up for; the rest follows in the next. */
const PER_PHASE = 1000;

interface Entry {
  readonly phase: Phase;
  readonly kind: ScheduleRow["kind"];
  readonly schedule: CronSchedule;
  cursorAt: number;
}

/** A place in the queue. One entry may stand in it twice after a failure; the second time nothing is due. */
interface Slot {
  readonly at: number;
  readonly entry: Entry;
}

/**
 * The schedules in force. The truth is a row per schedule with its cursor, moved in the transaction that decides a
 * tick; what stands here is only when to look next.
 */
export class TickScheduler {
  readonly #context: EngineContext;
  #queue = new TinyQueue<Slot>([], (a, b) => a.at - b.at);
  #entries = new Map<string, Entry>();
  /** Schedules that were paused: when they are taken up again, they begin then. */
  #paused = new Set<string>();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Take over the schedules of a graph: known ones keep their cursor, new ones begin now. */
  async load(graph: WorkflowGraph): Promise<void> {
    const now = this.#context.world.now();
    const cursors = new Map(
      (await this.#context.store.schedules()).map((row) => [keyOf(row.phaseId, row.kind), row.cursorAt]),
    );
    const entries = new Map<string, Entry>();
    const paused = new Set<string>();
    const moved: ScheduleRow[] = [];
    for (const phase of graph.phases) {
      for (const [kind, schedule] of schedulesOf(phase)) {
        const key = keyOf(phase.id, kind);
        if (phase.rule.paused) {
          paused.add(key);
          continue;
        }
        // A cursor in the future (the clock was set back) stays: no tick up to it fires again.
        let cursorAt = cursors.get(key);
        if (cursorAt === undefined || this.#paused.has(key)) {
          cursorAt = Math.max(now, cursorAt ?? now);
          moved.push({ phaseId: phase.id, kind, cursorAt });
        }
        entries.set(key, { phase, kind, schedule, cursorAt });
      }
    }
    if (moved.length > 0) await this.#context.store.moveCursors(moved, now);
    this.#entries = entries;
    this.#paused = paused;
    this.#queue = new TinyQueue<Slot>([], (a, b) => a.at - b.at);
    for (const entry of entries.values()) this.#requeue(entry);
  }

  /** When the next tick is due, milliseconds since 1970; null without schedules. */
  get nextAt(): number | null {
    return this.#queue.peek()?.at ?? null;
  }

  get count(): number {
    return this.#entries.size;
  }

  /**
   * Decide all ticks that are due. Answers true when more are due still (missed ticks of a long downtime), so that the
   * caller lets others in between.
   */
  async fire(): Promise<boolean> {
    const { world, store, meter } = this.#context;
    const now = world.now();
    const due = this.#takeDue(now);
    if (due.length === 0) return false;
    const ticks: DueTick[] = [];
    const passed: ScheduleRow[] = [];
    const decisions: NewDecision[] = [];
    let more = due.length === GROUP;
    try {
      const expected: { entry: Entry; at: number }[] = [];
      for (const entry of due) {
        const { catchUp, catchUpWindow } = entry.phase.rule;
        const policy = {
          catchUp: entry.kind === "expect" ? "last" : catchUp,
          window: catchUpWindow,
          lateAfter: LATE_AFTER,
        } as const;
        const found = dueTicks(entry.schedule, entry.cursorAt, now, policy, PER_PHASE);
        if (found.fire.length === PER_PHASE) more = true;
        if (found.passed !== null) {
          passed.push({ phaseId: entry.phase.id, kind: entry.kind, cursorAt: found.passed.last });
          if (entry.kind === "cron") decisions.push(missedDecision(entry.phase, found.passed));
        }
        for (const scheduledAt of found.fire) {
          if (entry.kind === "cron") ticks.push({ phaseId: entry.phase.id, scheduledAt });
          else expected.push({ entry, at: scheduledAt });
          meter.tickLag(Math.max(0, now - scheduledAt));
        }
        entry.cursorAt = found.fire.at(-1) ?? found.passed?.last ?? entry.cursorAt;
      }
      if (decisions.length > 0) await store.record({ alerts: [], decisions }, now);
      if (passed.length > 0) await store.moveCursors(passed, now);
      if (ticks.length > 0) await this.#decide(ticks, now);
      for (const { entry, at } of expected) await this.#expect(entry, at, now);
    } catch (error) {
      // Nothing of it is committed (or what is, is passed over by its cursor): the rows say where to go on.
      await this.#restore(due);
      throw error;
    }
    for (const entry of due) this.#requeue(entry);
    return more;
  }

  async #decide(ticks: readonly DueTick[], now: number): Promise<void> {
    const { world, store, metaFiles, taskTtl } = this.#context;
    const graph = this.#context.graph();
    const phases = ticks.flatMap(({ phaseId }) => graph.byId.get(phaseId) ?? []);
    const metaRows = await metaFiles.load(phases);
    const tickContext = {
      now,
      taskTtl,
      metaRows,
      newId: world.newId,
      shortId: world.shortId,
      host: world.host,
      zone: world.zone,
    };
    const committed = await store.fireTicks(
      ticks,
      {
        needs: ({ phaseId }) => tickNeeds(graph.byId.get(phaseId)),
        decide: (tick, { slots }) => decideTick(graph.byId.get(tick.phaseId), tick, slots, tickContext),
      },
      now,
    );
    this.#context.send(committed.outbox);
  }

  async #expect({ phase, schedule }: Entry, at: number, now: number): Promise<void> {
    const { store } = this.#context;
    const found = await missingFiles(phase, schedule, at, store);
    if (found !== null) await store.record(found, now);
    await store.moveCursors([{ phaseId: phase.id, kind: "expect", cursorAt: at }], now);
  }

  #takeDue(now: number): Entry[] {
    const due = new Set<Entry>();
    while (due.size < GROUP && (this.#queue.peek()?.at ?? Infinity) <= now) {
      const slot = this.#queue.pop();
      if (slot !== undefined) due.add(slot.entry);
    }
    return [...due];
  }

  async #restore(entries: readonly Entry[]): Promise<void> {
    const at = this.#context.world.now() + 1000;
    for (const entry of entries) this.#queue.push({ at, entry });
    for (const row of await this.#context.store.schedules()) {
      const entry = this.#entries.get(keyOf(row.phaseId, row.kind));
      if (entry !== undefined) entry.cursorAt = row.cursorAt;
    }
  }

  #requeue(entry: Entry): void {
    // A reload in between has replaced the entry by one of the new graph.
    if (this.#entries.get(keyOf(entry.phase.id, entry.kind)) !== entry) return;
    const at = entry.schedule.next(entry.cursorAt);
    if (at !== null) this.#queue.push({ at, entry });
  }
}

function keyOf(phaseId: number, kind: ScheduleRow["kind"]): string {
  return `${kind}:${phaseId}`;
}

function* schedulesOf(phase: Phase): Iterable<[ScheduleRow["kind"], CronSchedule]> {
  if (phase.rule.cron !== null) yield ["cron", phase.rule.cron];
  if (phase.rule.expectBy !== null) yield ["expect", phase.rule.expectBy];
}

function missedDecision(phase: Phase, passed: { count: number; first: number; last: number }): NewDecision {
  return {
    code: "tick_missed",
    phaseId: phase.id,
    taskTime: null,
    data: { count: passed.count, first: passed.first, last: passed.last, catchup: phase.rule.catchUp },
  };
}
