import type { ByHand } from "../contract/api/from-person.ts";
import type { DoneDecider, DoneMessage } from "../core/decide/decider.ts";
import type { Effects } from "../core/decide/effects.ts";
import { jobOf } from "../core/decide/done-job.ts";
import { doneDecider } from "../core/decide/on-done.ts";
import type { Phase } from "../core/workflow/phase.ts";
import { readDone } from "../core/decide/read-done.ts";
import type { DeadLetter } from "../store/store.ts";
import type { EngineContext } from "./context.ts";
import type { MetaRows } from "./meta-files.ts";
import { withPublisher } from "./messages/published.ts";
import { addDeadLetters, deadLetterOf, type Received } from "./messages/received.ts";

/**
 * Handles a group of messages from the `done` topic: one transaction, then everything it decided goes to the bus. When it
 * returns, all of it is committed and the messages may be acknowledged; when it throws, all of them must come again: those
 * that were committed are recognised then. `who` put them on the topic by hand.
 */
export async function handleDone(
  group: readonly Received[],
  context: EngineContext,
  who: ByHand | null = null,
): Promise<void> {
  const read = readAll(group, context.runtime.now());
  const metaRows = await context.metaFiles.load(childrenToStart([...read.messages.keys()], context));
  await decideAll(read, metaRows, context, who);
}

/**
 * The same, but messages for whose children a meta-file has not answered yet keep no others waiting: they are returned,
 * not decided, and to be handled again soon.
 */
export async function handleAnsweredDone<M extends Received>(
  group: readonly M[],
  context: EngineContext,
): Promise<readonly M[]> {
  const read = readAll(group, context.runtime.now());
  const { messages } = read;
  const { rows, isPending } = await context.metaFiles.loadAnswered(childrenToStart([...messages.keys()], context));
  const later: M[] = [];
  if (isPending !== null) {
    for (const [message, received] of messages) {
      if (!childrenToStart([message], context).some(isPending)) continue;
      later.push(received);
      messages.delete(message);
    }
  }
  await decideAll(read, rows, context);
  return later;
}

/** What follows from results, by the workflows in force. */
export function decidesDone(context: EngineContext, metaRows: (path: string) => MetaRows, now: number): DoneDecider {
  const { host, zone, shortId, random } = context.runtime;
  const { taskTtl, openTokens, failedTopic } = context;
  return doneDecider({
    graph: context.graph(),
    now,
    metaRows,
    host,
    zone,
    taskTtl,
    openTokens,
    failedTopic,
    shortId,
    random,
  });
}

interface ReadGroup<M> {
  readonly messages: Map<DoneMessage, M>;
  readonly deadLetters: readonly DeadLetter[];
}

async function decideAll(
  { messages, deadLetters }: ReadGroup<Received>,
  metaRows: (path: string) => MetaRows,
  context: EngineContext,
  who: ByHand | null = null,
): Promise<void> {
  if (messages.size + deadLetters.length === 0) return;
  const now = context.runtime.now();
  const decides = decidesDone(context, metaRows, now);
  const decider: DoneDecider = {
    ...decides,
    decide: (message, state) => withPublisher(decides.decide(message, state), message.topic, who),
  };
  const results = new Map<DoneMessage, Outcome>();
  const committed = await context.store.ingestDone([...messages.keys()], watched(decider, context, results), now);
  context.metrics.group(messages.size, context.runtime.now() - now);
  for (const [message, { isRecorded, isUnalerted }] of results) {
    if (isRecorded) context.metrics.result(message.task.result);
    if (isUnalerted) context.unalerted(message);
  }
  context.metrics.deadLetters(deadLetters.length + committed.rejected);
  context.send(committed.outbox);
  // Apart from the group: a large one costs the others no time, and a failure here only repeats what is recognised.
  if (deadLetters.length > 0) await addDeadLetters(deadLetters, who, context);
}

interface Outcome {
  readonly isRecorded: boolean;
  /** It gave up, and the phase wants no alert of it. */
  readonly isUnalerted: boolean;
}

function readAll<M extends Received>(group: readonly M[], now: number): ReadGroup<M> {
  const messages = new Map<DoneMessage, M>();
  const deadLetters: DeadLetter[] = [];
  for (const received of group) {
    const { payload, topic } = received;
    try {
      const message = readDone(payload, topic);
      messages.set(received.reread === true ? { ...message, reread: true } : message, received);
    } catch (error) {
      deadLetters.push(deadLetterOf(error, { payload, topic }, now));
    }
  }
  return { messages, deadLetters };
}

/** The phases that may be started; messages of one parent share one list of them. */
function childrenToStart(messages: readonly DoneMessage[], context: EngineContext): Phase[] {
  const graph = context.graph();
  const lists = new Set<readonly Phase[]>();
  const joins = new Set<Phase>();
  for (const message of messages) {
    const { task, meta } = message;
    if (message.report !== null && message.report !== undefined) continue;
    const workflow = meta.get("workflow")?.[0] ?? "";
    const job = jobOf(message);
    if (task.result === "complete" || task.result === "error") lists.add(graph.childrenOf(task.type, job, workflow));
    for (const { joinId } of graph.phaseOf(task.type, job, workflow)?.joins ?? []) {
      const join = graph.byId.get(joinId);
      if (join !== undefined) joins.add(join);
    }
  }
  return [...lists, [...joins]].flat();
}

/** Records results and delayed retries as they are decided. A message may be decided twice before the commit. */
function watched(decider: DoneDecider, context: EngineContext, results: Map<DoneMessage, Outcome>): DoneDecider {
  return {
    ...decider,
    decide: (message, state) => {
      const effects = decider.decide(message, state);
      const isUnalerted = effects.decisions.some(
        ({ code, data }) => code === "alert_suppressed" && data["type"] === "retry_exhausted",
      );
      const isRecorded = effects.record !== null;
      if (isRecorded || isUnalerted) results.set(message, { isRecorded, isUnalerted });
      noteDue(effects, context);
      return effects;
    },
  };
}

/** Tells the outbox when tasks that are due later become due. */
export function noteDue(effects: Effects, context: EngineContext): void {
  for (const task of effects.tasks) if (task.state === "waiting" && !task.held) context.dueAt(task.dueAt);
}
