import { parseFileEvent } from "../contract/file-event.ts";
import type { FileMessage } from "../core/decide/decider.ts";
import { fileDecider } from "../core/decide/on-file.ts";
import { pathTime } from "../core/task/task-time.ts";
import type { DeadLetter } from "../store/store.ts";
import type { EngineContext } from "./context.ts";
import { deadLetterOf, type Received } from "./received.ts";

export interface ReceivedFile extends Received {
  /** The bus's id, by which a redelivery is recognised; null when it has none. */
  readonly id: string | null;
}

/** Handles a group of file events in one transaction; each event makes one task per matching phase, a redelivered one none. */
export async function handleFiles(group: readonly ReceivedFile[], context: EngineContext): Promise<void> {
  const now = context.runtime.now();
  const messages: FileMessage[] = [];
  const deadLetters: DeadLetter[] = [];
  for (const received of group) {
    try {
      const event = parseFileEvent(received.payload);
      messages.push({
        event,
        busId: received.id,
        topic: received.topic,
        payload: received.payload,
        receivedAt: now,
        taskTime: pathTime(event.path),
      });
    } catch (error) {
      deadLetters.push(deadLetterOf(error, received, now));
    }
  }
  const decider = fileDecider({
    graph: context.graph(),
    now,
    host: context.runtime.host,
    taskTtl: context.taskTtl,
    newId: context.runtime.newId,
    shortId: context.runtime.shortId,
    alertOnUnmatched: context.alertOnUnmatched,
  });
  const committed = await context.store.ingestFiles(messages, decider, now, deadLetters);
  context.metrics.fileEvents(messages.length);
  context.metrics.deadLetters(deadLetters.length + committed.rejected);
  context.send(committed.outbox);
}
