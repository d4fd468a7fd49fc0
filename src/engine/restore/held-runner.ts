import type { NewDecision } from "../../core/decide/effects.ts";
import type { Decided, HeldRestore } from "../../store/backup/held-store.ts";
import type { EngineContext } from "../context.ts";
import { cancelTasks } from "../joins/cancel-tasks.ts";
import { reviewerOf } from "../joins/reviewer.ts";
import { acceptTicks, dropTicks } from "./held-ticks.ts";

/** Messages, or tasks, of one transaction: others get their turn in between. */
const STEP = 250;

/** Carries out what somebody decided about what a restore holds, a step at a time: a restart goes on where it was. */
export class HeldRunner {
  readonly #context: EngineContext;
  readonly #pausesMoved: () => Promise<void>;

  /** `pausesMoved`: ticks became those of a pause, which the schedules in force must know. */
  constructor(context: EngineContext, pausesMoved: () => Promise<void>) {
    this.#context = context;
    this.#pausesMoved = pausesMoved;
  }

  /** One step. False: nothing is left to do. */
  async run(): Promise<boolean> {
    const restore = await this.#context.store.held.restore();
    if (restore === null || restore.state !== "held" || restore.decision === null) return false;
    return restore.decision === "accept" ? this.#accept(restore) : this.#drop(restore);
  }

  async #accept(restore: HeldRestore): Promise<boolean> {
    const { runtime, store } = this.#context;
    const decided = decisionOf("restore_accepted", restore);
    const messages = await store.held.messages(null, STEP);
    if (messages.length > 0) {
      const ids = messages.map(({ id }) => id);
      const dueAt = await store.held.release(ids, decided, runtime.now());
      if (dueAt !== null) this.#context.dueAt(dueAt);
      return true;
    }
    const [ticks] = await store.held.ticks();
    if (ticks !== undefined) {
      if (await acceptTicks(ticks, this.#context)) await this.#pausesMoved();
      return true;
    }
    if (!(await store.held.endWork("accept", decided, STEP, runtime.now()))) return true;
    await store.held.end("accepted");
    return false;
  }

  async #drop(restore: HeldRestore): Promise<boolean> {
    const { runtime, store } = this.#context;
    const decided = decisionOf("restore_dropped", restore);
    const messages = await store.held.messages(null, STEP);
    if (messages.length > 0) {
      const reviewer = await reviewerOf(this.#context, { isCancelled: true });
      const { outbox } = await store.held.drop(messages, decided, reviewer, runtime.now());
      this.#context.send(outbox);
      return true;
    }
    const waiting = await store.held.waitingTasks(STEP);
    if (waiting.length > 0 && (await this.#cancel(waiting, decided)) > 0) return true;
    const [ticks] = await store.held.ticks();
    if (ticks !== undefined) {
      await dropTicks(ticks, { by: restore.decided_by, reason: restore.decision_reason }, this.#context);
      return true;
    }
    if (!(await store.held.endWork("drop", decided, STEP, runtime.now()))) return true;
    await store.held.end("dropped");
    return false;
  }

  async #cancel(recordIds: readonly number[], decided: Decided): Promise<number> {
    const { code, data } = decided({ phaseId: 0, taskTime: null });
    return (await cancelTasks(recordIds, { code, phaseId: 0, data }, this.#context)).length;
  }
}

function decisionOf(code: NewDecision["code"], { decided_by: by, decision_reason: reason }: HeldRestore): Decided {
  return (about) => ({ code, ...about, data: { by, reason } });
}
