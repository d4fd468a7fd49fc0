import { writeTaskMessage } from "../../contract/task-message.ts";
import type { DoneMessage } from "./decider.ts";
import { quotedText } from "./decision-data.ts";
import { printDuration } from "../time/duration.ts";
import type { NewMessage, NewTask, StoredTask } from "./effects.ts";
import { encodedMeta } from "../task/meta.ts";
import type { Phase } from "../workflow/phase.ts";
import { newTask } from "./new-task.ts";

/** Without `retry_delay` a retry waits this long, without jitter. */
const DEFAULT_DELAY = 1000;
/** Below this the older program's jitter would be 0: such a delay, or a negative one, counts as one second. */
const MIN_DELAY = 0.000_003;

/**
 * How long attempt `attempt` (1 = first retry) waits, in milliseconds: `retry_delay` plus 0-40 % jitter, doubled
 * for each earlier retry with `retry_backoff = exponential`, never above `retry_max_delay`.
 */
export function retryDelay(phase: Phase, attempt: number, random: () => number): number {
  const { retryDelay: configured, retryBackoff, retryMaxDelay } = phase.rule;
  let delay = configured ?? DEFAULT_DELAY;
  if (delay < 0 || (delay > 0 && delay < MIN_DELAY)) delay = DEFAULT_DELAY;
  if (retryBackoff === "exponential") delay *= 2 ** Math.min(attempt - 1, 40);
  if (configured !== null) delay *= 1 + 0.4 * random();
  return retryMaxDelay !== null && retryMaxDelay >= 0 ? Math.min(delay, retryMaxDelay) : delay;
}

/** The next attempt of a task that reported an error: same id and info, meta with `retry=n`, due after the delay. */
export function retryTask(
  message: DoneMessage,
  phase: Phase,
  attempt: number,
  record: StoredTask | null,
  context: { readonly now: number; readonly taskTtl: number; readonly random: () => number },
): NewTask {
  const delay = retryDelay(phase, attempt, context.random);
  const dueAt = Math.ceil(context.now + delay);
  const meta = new Map(message.meta);
  meta.set("retry", [String(attempt)]);
  if (phase.rule.retryDelay !== null) meta.set("delayed", [printDuration(BigInt(Math.round(delay * 1e6)))]);
  const { task } = message;
  const paused = phase.rule.paused ? { paused: true } : {};
  return newTask(
    {
      origin: "retry",
      type: task.type,
      job: task.job === "" ? phase.job : task.job,
      id: task.id,
      info: task.info,
      meta: encodedMeta(meta),
      taskTime: message.taskTime,
      dueAt,
      held: phase.rule.paused,
      attempt,
      firstAttemptId: record?.firstAttemptId ?? null,
      relation: { kind: "retry", parentId: null },
      code: "retry_scheduled",
      data: {
        attempt,
        of: phase.retry,
        delay_ms: Math.ceil(delay),
        due_at: dueAt,
        error: quotedText(task.msg),
        ...paused,
      },
    },
    phase,
    context.taskTtl,
  );
}

/** The message for the failed topic when no attempt is left: as it came, with a mark in its meta. */
export function failedMessage(message: DoneMessage, retried: number, topic: string): NewMessage {
  const meta = new Map(message.meta);
  meta.set("retry", ["failed"]);
  meta.set("retried", [String(retried)]);
  return { topic, payload: writeTaskMessage({ ...message.task, meta: encodedMeta(meta) }) };
}
