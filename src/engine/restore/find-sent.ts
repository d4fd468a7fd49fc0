import type { Bus } from "../../bus/bus.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import { SECOND } from "../../contract/time/time-units.ts";
import { parseTaskMessage, type TaskMessage } from "../../contract/task-message.ts";
import { MessageError } from "../../contract/message-error.ts";
import type { FoundMessage, HeldPayload } from "../../store/backup/held-store.ts";
import type { EngineContext } from "../context.ts";

/** Held messages that are compared at a time with what the bus has. */
const PAGE = 10_000;

/**
 * Held messages of tasks that the bus has, where it can tell: they were sent before the restore. One that waited then was sent as it
 * is. One that was decided again had another time of creation, and a root another id: its task gets them, since its result will
 * name them.
 */
export async function findSent(
  topic: string,
  bus: Pick<Bus, "sent">,
  dataAt: number,
  { store, runtime }: Pick<EngineContext, "store" | "runtime">,
): Promise<number> {
  if (bus.sent === undefined) return 0;
  let count = 0;
  for (let after = 0; ;) {
    const page = await store.held.payloads(topic, after, PAGE);
    if (page.length === 0) return count;
    after = page.at(-1)?.id ?? Infinity;
    const found = await comparedWith(bus.sent(topic), page, dataAt);
    if (found.length > 0) await store.held.found(found, runtime.now());
    count += found.length;
  }
}

async function comparedWith(
  lines: AsyncIterable<string>,
  page: readonly HeldPayload[],
  dataAt: number,
): Promise<readonly FoundMessage[]> {
  const waited = new Map(page.flatMap((one) => (one.cause === "waited" ? [[one.payload, one]] : [])));
  const reread = new Map<string, HeldPayload[]>();
  for (const one of page) {
    const task = one.cause === "reread" ? taskIn(one.payload) : null;
    if (task === null) continue;
    const key = keyOf(task, one.isRoot);
    reread.set(key, [...(reread.get(key) ?? []), one]);
  }
  const found: FoundMessage[] = [];
  for await (const line of lines) {
    const exact = waited.get(line);
    if (exact !== undefined) {
      waited.delete(line);
      found.push({ id: exact.id, recordId: exact.recordId, sentAs: null });
    }
    if (reread.size === 0) continue;
    const task = taskIn(line);
    const created = task === null ? null : parseInstant(task.created);
    // Before that its result would be known: it is an earlier one of the same content.
    if (task === null || created === null || created < dataAt - SECOND) continue;
    const same = (reread.get(keyOf(task, false)) ?? reread.get(keyOf(task, true)))?.shift();
    if (same !== undefined) found.push({ id: same.id, recordId: same.recordId, sentAs: { taskId: task.id, created } });
  }
  return found;
}

/** Null: no task. */
function taskIn(text: string): TaskMessage | null {
  try {
    return parseTaskMessage(text);
  } catch (error) {
    if (error instanceof MessageError) return null;
    throw error;
  }
}

/** All but when it was created; of a root also but its id. */
function keyOf({ type, job, id, info, meta }: TaskMessage, isRoot: boolean): string {
  return JSON.stringify([type, job, isRoot ? null : id, info, meta]);
}
