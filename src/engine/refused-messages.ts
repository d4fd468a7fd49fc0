import { MINUTE } from "../contract/time-units.ts";
import type { JoinReviewer } from "../core/decide/decider.ts";
import { newAlert } from "../core/decide/new-alert.ts";
import type { NewAlert } from "../core/decide/effects.ts";
import type { RefusedRow, RefusedTask } from "../store/refused-row.ts";
import type { OutboxRow, Store } from "../store/store.ts";

/** Codes of errors that stay as long as the message does: its topic is no name for the bus, it is too large, or empty. */
const REFUSED: ReadonlySet<string> = new Set(["refused", "bad_topic", "empty_message", "message_too_big"]);
/** Somebody may have raised a limit of the broker meanwhile. */
const RETRY_MS = 10 * MINUTE;

export function isRefusal(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && REFUSED.has(error.code);
}

export interface RefusedMessagesOptions {
  readonly store: Pick<Store, "refuseOutbox">;
  readonly now: () => number;
  /** Decides the joins that wait for a refused task, by the workflows in force. */
  readonly joinReviewer: () => Promise<JoinReviewer>;
}

/** Messages that the bus refuses as they are. They keep nothing else waiting, and each raises an alert once. */
export class RefusedMessages {
  readonly #options: RefusedMessagesOptions;
  readonly #known = new Set<number>();
  #pending: RefusedRow[] = [];

  constructor(options: RefusedMessagesOptions) {
    this.#options = options;
  }

  add({ id, topic }: OutboxRow, error: Error): void {
    this.#pending.push({ id, topic, reason: error.message, isNew: !this.#known.has(id) });
  }

  /**
   * Writes what was added; when that fails, the next call does. Null without any; otherwise when to send them again, and the
   * messages of the joins that only waited for one of them.
   */
  async write(): Promise<{ readonly again: number; readonly outbox: readonly OutboxRow[] } | null> {
    const refused = this.#pending;
    if (refused.length === 0) return null;
    this.#pending = [];
    const { store, now: clock, joinReviewer } = this.#options;
    const now = clock();
    const again = now + RETRY_MS;
    let outbox: readonly OutboxRow[];
    try {
      ({ outbox } = await store.refuseOutbox(refused, refusedAlert, await joinReviewer(), again, now));
    } catch (error) {
      this.#pending = [...refused, ...this.#pending];
      throw error;
    }
    for (const { id } of refused) this.#known.add(id);
    return { again, outbox };
  }
}

/** About the task, so that it is resolved when that completes after all. */
function refusedAlert({ topic, reason }: RefusedRow, task: RefusedTask | null): NewAlert {
  const cause = `topic ${topic}`;
  if (task === null) return newAlert("send_failed", `a message for ${topic} cannot be sent: ${reason}`, { cause });
  return newAlert("send_failed", `record ${task.recordId} cannot be sent: ${reason}`, {
    cause,
    phaseId: task.phaseId,
    taskId: task.taskId,
    taskType: task.type,
    job: task.job,
    taskTime: task.taskTime,
    taskCreated: task.created,
    workflow: task.workflow,
    labels: task.meta,
  });
}
