import type { DoneDecider, DoneMessage } from "../core/decide/decider.ts";
import type { Effects } from "../core/decide/effects.ts";
import { jobOf } from "../core/decide/done-job.ts";
import { doneDecider } from "../core/decide/on-done.ts";
import type { Phase } from "../core/workflow/phase.ts";
import { readDone } from "../core/decide/read-done.ts";
import type { DeadLetter } from "../store/store.ts";
import type { EngineContext } from "./context.ts";
import { deadLetterOf, type Received } from "./received.ts";

/**
 * Handles a group of messages from the `done` topic: one transaction, then everything it decided goes to the bus. When it
 * returns, all of it is committed and the messages may be acknowledged; when it throws, nothing is committed.
 */
export async function handleDone(group: readonly Received[], context: EngineContext): Promise<void> {
  const now = context.runtime.now();
  const { messages, deadLetters } = readAll(group, now);
  const graph = context.graph();
  const metaRows = await context.metaFiles.load(childrenToStart(messages, context));
  const decider = doneDecider({
    graph,
    now,
    metaRows,
    host: context.runtime.host,
    zone: context.runtime.zone,
    taskTtl: context.taskTtl,
    openTokens: context.openTokens,
    failedTopic: context.failedTopic,
    shortId: context.runtime.shortId,
    random: context.runtime.random,
  });
  const results = new Map<DoneMessage, Outcome>();
  const committed = await context.store.ingestDone(messages, watched(decider, context, results), now, deadLetters);
  context.metrics.group(messages.length, context.runtime.now() - now);
  for (const [message, { isRecorded, isUnalerted }] of results) {
    if (isRecorded) context.metrics.result(message.task.result);
    if (isUnalerted) context.unalerted(message);
  }
  context.metrics.deadLetters(deadLetters.length + committed.rejected);
  context.send(committed.outbox);
}

interface Outcome {
  readonly isRecorded: boolean;
  /** It gave up, and the phase wants no alert of it. */
  readonly isUnalerted: boolean;
}

function readAll(group: readonly Received[], now: number): { messages: DoneMessage[]; deadLetters: DeadLetter[] } {
  const messages: DoneMessage[] = [];
  const deadLetters: DeadLetter[] = [];
  for (const { payload, topic } of group) {
    try {
      messages.push(readDone(payload, topic));
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
