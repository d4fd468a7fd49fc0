import type { ByHand } from "../contract/api/from-person.ts";
import { readFileNotices } from "../contract/object-notification.ts";
import type { FileDecider, FileMessage } from "../core/decide/decider.ts";
import type { NewDecision } from "../core/decide/effects.ts";
import { checkSize } from "../core/text/message-size.ts";
import { fileDecider } from "../core/decide/on-file.ts";
import { pathTime } from "../core/task/task-time.ts";
import type { DeadLetter } from "../store/store.ts";
import type { EngineContext } from "./context.ts";
import { fileContextOf } from "./files/file-context.ts";
import { withPublisher } from "./messages/published.ts";
import { addDeadLetters, deadLetterOf, type Received } from "./messages/received.ts";

export interface ReceivedFile extends Received {
  /** The bus's id, by which a redelivery is recognised; null when it has none. */
  readonly id: string | null;
  /** The `eventType` of a storage notification; absent when the bus has none. */
  readonly eventType?: string | null;
}

/**
 * Handles a group of file events in one transaction; each event makes one task per matching phase, a redelivered one none.
 * `who` put them on the topic by hand.
 */
export async function handleFiles(
  group: readonly ReceivedFile[],
  context: EngineContext,
  who: ByHand | null = null,
): Promise<void> {
  const now = context.runtime.now();
  const messages: FileMessage[] = [];
  const deadLetters: DeadLetter[] = [];
  const decisions: NewDecision[] = [];
  for (const received of group) {
    try {
      const { topic, payload, id, eventType = null, reread = false } = received;
      checkSize(payload);
      readFileNotices(payload, eventType).forEach(({ event, happened, identity }, index) => {
        const taskTime = pathTime(event.path);
        if (happened !== null) {
          decisions.push({ code: "file_not_new", phaseId: 0, taskTime, data: { path: event.path, event: happened } });
          return;
        }
        // The objects of one notification are events of their own.
        const delivered = id === null || index === 0 ? id : `${id}#${index}`;
        // A store may send the same notification in several messages.
        const busId = identity ?? delivered;
        messages.push({ event, busId, topic, payload, receivedAt: now, taskTime, reread });
      });
    } catch (error) {
      deadLetters.push(deadLetterOf(error, received, now));
    }
  }
  if (decisions.length > 0) await context.store.record({ alerts: [], decisions }, now);
  if (messages.length === 0 && deadLetters.length === 0) return;
  const decides = fileDecider(fileContextOf(context, now));
  const decider: FileDecider = {
    ...decides,
    decide: (message, state) => withPublisher(decides.decide(message, state), message.topic, who),
  };
  const committed = await context.store.ingestFiles(messages, decider, now);
  context.metrics.fileEvents(messages.length);
  context.metrics.deadLetters(deadLetters.length + committed.rejected);
  context.send(committed.outbox);
  // Apart from the group: a large one costs the others no time, and a failure here only repeats what is recognised.
  if (deadLetters.length > 0) await addDeadLetters(deadLetters, who, context);
}
