import { secondsText } from "../contract/time/instant.ts";
import { parseTaskMessage, writeTaskMessage } from "../contract/task-message.ts";
import { MINUTE } from "../contract/time/time-units.ts";
import { newAlert } from "../core/decide/new-alert.ts";
import type { NewAlert } from "../core/decide/effects.ts";
import type { Store } from "../store/store.ts";
import type { OutboxRow, RefusedRow, RefusedTask } from "../store/outbox-row.ts";

/** Codes of errors that stay as long as the message does: its topic is no name for the bus, it is too large, or empty. */
const REFUSED: ReadonlySet<string> = new Set(["refused", "bad_topic", "empty_message", "message_too_big"]);
/** Somebody may have raised a limit of the broker meanwhile. */
const RETRY_MS = 10 * MINUTE;

export function isRefusal(error: Error): boolean {
  return "code" in error && typeof error.code === "string" && REFUSED.has(error.code);
}

/** Results of tasks, as a worker would report them. */
export type ReportResults = (payloads: readonly string[]) => Promise<void>;

interface Refused extends RefusedRow {
  readonly payload: string;
  readonly recordId: number | null;
}

/**
 * Messages that the bus refuses as they are. They keep nothing else waiting, and each raises an alert once. A task of one is
 * an error with the reason: its retries and children follow their rules. Other messages are offered again now and then.
 */
export class RefusedMessages {
  readonly #store: Pick<Store, "refuseOutbox" | "outboxSent">;
  readonly #now: () => number;
  readonly #report: ReportResults;
  readonly #known = new Set<number>();
  #pending: Refused[] = [];

  constructor(store: Pick<Store, "refuseOutbox" | "outboxSent">, now: () => number, report: ReportResults) {
    this.#store = store;
    this.#now = now;
    this.#report = report;
  }

  add({ id, recordId, topic, payload }: OutboxRow, error: Error): void {
    this.#pending.push({ id, recordId, topic, payload, reason: error.message, isNew: !this.#known.has(id) });
  }

  /** Writes what was added; when that fails, the next call does. Returns when to send them again, null without any. */
  async write(): Promise<number | null> {
    const refused = this.#pending;
    if (refused.length === 0) return null;
    this.#pending = [];
    const now = this.#now();
    try {
      const ofTasks = new Set(await this.#store.refuseOutbox(refused, refusedAlert, now + RETRY_MS, now));
      const ended = refused.filter(({ id }) => ofTasks.has(id));
      if (ended.length > 0) {
        await this.#report(ended.map((row) => resultOf(row, now)));
        this.#store.outboxSent(ended);
      }
      for (const { id } of refused) if (!ofTasks.has(id)) this.#known.add(id);
      return ended.length === refused.length ? null : now + RETRY_MS;
    } catch (error) {
      this.#pending = [...refused, ...this.#pending];
      throw error;
    }
  }
}

function resultOf({ payload, reason }: Refused, now: number): string {
  const at = secondsText(now);
  const msg = `not sent, the bus refuses it: ${reason}`;
  return writeTaskMessage({ ...parseTaskMessage(payload), result: "error", msg, started: at, ended: at });
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
