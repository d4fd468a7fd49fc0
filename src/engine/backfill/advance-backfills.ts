import { taskClass } from "../../core/backfill/slot-class.ts";
import { slotTasks } from "../../core/backfill/slots.ts";
import type { BatchTask } from "../../core/decide/batch.ts";
import type { NewTask } from "../../core/decide/effects.ts";
import { rootMemberships, timeKey } from "../../core/decide/joins/join-key.ts";
import { newTask } from "../../core/decide/new-task.ts";
import { isCapped, Slots } from "../../core/decide/slots.ts";
import { CHILDLESS } from "../../core/task/childless.ts";
import { parseMeta, sortedMeta } from "../../core/task/meta.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { ActiveSlot, BackfillStore, OpenBackfill } from "../../store/backfill-store.ts";
import type { AdmitTasks } from "../../store/running-tasks.ts";
import type { EngineContext } from "../context.ts";
import { isLiveWaiting, Turns } from "../yield-to-live.ts";
import { cancelFor } from "../steering/act-on-tasks.ts";
import { stopBackfill } from "./change-backfill.ts";
import { previewBackfill } from "./preview-backfill.ts";

/** Tasks in one transaction. */
const GROUP = 200;
/** Slots that wait, written ahead of their tasks. */
const AHEAD = 1000;
const SETTLE = 1000;
/** How soon the next turn follows one that did something, and one that did not (ms). */
const BUSY_MS = 20;
const IDLE_MS = 500;

/**
 * Goes on with every backfill that is not ended: its slots, its tasks under its own cap and that of its phase, and what became of
 * them. All is in rows, so that a restart continues where it was.
 */
export class BackfillRunner {
  readonly #context: EngineContext;
  readonly #turns: Turns;

  /** `turn`: while live tasks of the same type wait, one of so many turns of a backfill is used. */
  constructor(context: EngineContext, turn: number) {
    this.#context = context;
    this.#turns = new Turns(turn);
  }

  /** One turn. Returns when the next is due; null: there is nothing to do. */
  async run(): Promise<number | null> {
    const { store, runtime } = this.#context;
    const open = await store.backfills.open();
    let isBusy = false;
    for (const backfill of open) if (await this.#advance(backfill)) isBusy = true;
    if (open.every(({ state }) => state === "paused") && !isBusy)
      return open.length === 0 ? null : runtime.now() + 5 * IDLE_MS;
    return runtime.now() + (isBusy ? BUSY_MS : IDLE_MS);
  }

  /** Whether something happened. */
  async #advance(backfill: OpenBackfill): Promise<boolean> {
    if (backfill.state === "cancelled") return this.#cancel(backfill);
    const ended = await this.#settle(backfill);
    if (backfill.state !== "running") return ended.failed + ended.complete > 0;
    if (backfill.stopOnFailure && ended.failed > 0)
      return stopBackfill(backfill, "a task failed, and it was begun with --stop-on-failure", this.#context);
    const phase = this.#context.graph().byId.get(backfill.phaseId) ?? null;
    if (phase === null)
      return stopBackfill(backfill, `${backfill.spec.type} left ${backfill.spec.workflow}`, this.#context);
    const { waiting, active } = backfill.counts;
    const isPlanning = !backfill.isPlanned && waiting < AHEAD;
    if (isPlanning) await this.#plan(backfill, phase);
    const unfinished = active - ended.failed - ended.complete;
    const made = await this.#make(backfill, phase, unfinished);
    if (backfill.isPlanned && waiting + unfinished + made === 0) await this.#end(backfill);
    return made + ended.failed + ended.complete > 0 || isPlanning;
  }

  /** What became of the tasks that were unfinished. */
  async #settle({ id, counts }: OpenBackfill): Promise<{ readonly complete: number; readonly failed: number }> {
    const { backfills } = this.#context.store;
    const ended = { complete: 0, failed: 0 };
    if (counts.active === 0) return ended;
    for (let after = 0; ;) {
      const slots = await backfills.active(id, after, SETTLE);
      const settled = slots.flatMap(endOf);
      await backfills.settle(id, settled);
      for (const { state } of settled) ended[state === "failed" ? "failed" : "complete"] += 1;
      if (slots.length < SETTLE) return ended;
      after = slots.at(-1)?.position ?? after;
    }
  }

  /** Writes the next page of slots. */
  async #plan({ id, spec, selection, cursor }: OpenBackfill, phase: Phase): Promise<void> {
    const { store, runtime } = this.#context;
    const pages = previewBackfill(spec, phase, selection, cursor, store.reads.backfills, runtime);
    const next = await pages.next();
    if (next.done === true) return;
    const { slots, isLast } = next.value;
    const chosen = slots.filter((one) => one.isSelected).map(({ slot }) => slot);
    await store.backfills.addSlots(id, chosen, slots.at(-1)?.slot ?? null, isLast);
  }

  /** Makes the tasks of the next slots. Returns how many. */
  async #make(backfill: OpenBackfill, phase: Phase, unfinished: number): Promise<number> {
    const { store, runtime } = this.#context;
    const free = Math.min(GROUP, backfill.maxActive - unfinished);
    if (free <= 0 || phase.rule.paused) return 0;
    const yields = await isLiveWaiting(phase.type, this.#context);
    if (yields && !this.#turns.isOwn(backfill.id)) return 0;
    const slots = await store.backfills.waiting(backfill.id, yields ? 1 : free);
    if (slots.length === 0) return 0;
    const now = runtime.now();
    const taskOf = slotTasks(backfill.spec, { host: runtime.host, uuid: runtime.shortId });
    const made = slots.map(({ position, ...slot }) => ({
      position,
      task: this.#task(backfill, phase, taskOf(slot), now),
    }));
    const admit = isCapped(phase) ? admission(phase, yields) : null;
    const { outbox, made: count } = await store.backfills.makeTasks(backfill.id, made, now, admit);
    this.#context.send(outbox);
    return count;
  }

  #task({ id, children, createdBy }: OpenBackfill, phase: Phase, made: BatchTask, now: number): NewTask {
    const { runtime, taskTtl } = this.#context;
    const taskId = runtime.newId();
    const alone = new Map<string, readonly string[]>([...parseMeta(made.meta), [CHILDLESS.key, [CHILDLESS.value]]]);
    return newTask(
      {
        origin: "backfill",
        type: made.type,
        job: made.job,
        id: taskId,
        info: made.info,
        meta: children ? made.meta : sortedMeta(alone),
        taskTime: made.taskTime,
        dueAt: now,
        position: made.position,
        joins: children
          ? rootMemberships(phase, () => timeKey(made.taskTime, taskId, phase.rule.timezone ?? runtime.zone))
          : [],
        code: "backfilled",
        data: { backfill: id, by: createdBy },
      },
      phase,
      taskTtl,
    );
  }

  async #end({ id }: OpenBackfill): Promise<void> {
    this.#turns.forget(id);
    await this.#context.store.backfills.end(id, this.#context.runtime.now());
  }

  /** What waits is not made, and what is made is cancelled too. */
  async #cancel({ id, phaseId }: OpenBackfill): Promise<boolean> {
    const { backfills } = this.#context.store;
    await backfills.moveSlots(id, "waiting", "cancelled", SETTLE);
    const slots = await backfills.active(id, 0, SETTLE);
    const data = { backfill: id, ...(await backfills.cancelledBy(id, phaseId)) };
    const why = { code: "backfill_cancelled", phaseId, data } as const;
    await cancelFor(
      slots.map(({ latestId }) => latestId),
      { ...why, taskTime: null },
      false,
      this.#context,
    );
    const cancelled = (slot: ActiveSlot): EndedSlot => ({ ...slot, state: "cancelled" });
    await backfills.settle(
      id,
      slots.map((slot) => endOf(slot)[0] ?? cancelled(slot)),
    );
    const left = await backfills.one(id);
    if (left !== null && left.counts.waiting + left.counts.active === 0) await this.#end(left);
    return true;
  }
}

type EndedSlot = Parameters<BackfillStore["settle"]>[1][number];

/** How the task of a slot ended; none while it is unfinished. A task whose record is deleted was done long ago. */
function endOf({ position, recordId, task }: ActiveSlot): readonly EndedSlot[] {
  if (task?.state === "cancelled") return [{ position, recordId, state: "cancelled" }];
  const found = task === null ? "exists" : taskClass(task);
  if (found === "running") return [];
  return [{ position, recordId, state: found === "failed" ? "failed" : "complete" }];
}

/** As many as the slots of the phase allow; in a turn of its own one more waits behind the live tasks. */
function admission(phase: Phase, isItsTurn: boolean): AdmitTasks {
  return {
    phaseId: phase.id,
    decide: (tasks, state) => {
      const slots = new Slots(new Map([[phase.id, state]]));
      const admitted: NewTask[] = [];
      for (const task of tasks) {
        const usage = slots.free(phase) <= 0 ? slots.usage(phase) : slots.admit(phase);
        if (usage === null) admitted.push(task);
        else if (isItsTurn && admitted.length === 0) {
          const decision = { ...task.decision, data: { ...task.decision.data, held: true, ...usage } };
          return [{ ...task, state: "waiting", held: true, decision }];
        } else break;
      }
      return admitted;
    },
  };
}
