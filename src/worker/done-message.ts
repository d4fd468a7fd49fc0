import { millisText } from "../contract/time/instant.ts";
import { MessageError } from "../contract/message-error.ts";
import type { TaskMessage } from "../contract/task-message.ts";
import { extendMeta } from "./extend-meta.ts";
import { messageText } from "./message-text.ts";
import { TASK_RESULTS, TaskError, type OnProblem, type Outcome, type Task } from "./task.ts";

/** The done message of a task: result, msg, times (milliseconds since 1970) and the handler's meta. */
export function doneMessage(
  task: Task,
  outcome: Outcome,
  started: number,
  ended: number,
  onProblem: OnProblem,
): TaskMessage {
  const done: TaskMessage = {
    ...task,
    result: outcome.result ?? "complete",
    msg: messageText(outcome.msg ?? ""),
    started: millisText(started),
    ended: millisText(ended),
  };
  if (outcome.meta === undefined) return done;
  const { meta, refused } = extendMeta(task.meta, outcome.meta);
  done.meta = meta;
  for (const key of refused) {
    onProblem({
      code: "meta_key_kept",
      message: `A worker of "${task.type}" set the meta key "${key}", which is reserved for Flowlord; it was left unchanged.`,
    });
  }
  return done;
}

/** Checks the handler's return value: a JavaScript caller may return anything. */
export function outcomeOf(returned: unknown): Outcome {
  if (returned === undefined || returned === null) return {};
  if (typeof returned !== "object") {
    return { result: "error", msg: `The handler returned a ${typeof returned}, not {result, msg, meta}.` };
  }
  const { result, msg, meta } = returned as { result?: unknown; msg?: unknown; meta?: unknown };
  if (result !== undefined && !isResult(result)) {
    return { result: "error", msg: `The handler returned the unknown result ${JSON.stringify(result)}.` };
  }
  if ((msg !== undefined && typeof msg !== "string") || (meta !== undefined && !isMeta(meta))) {
    return { result: "error", msg: "The handler returned a msg or meta that is not a string." };
  }
  return { result, msg, meta };
}

/** The outcome of a task whose handler threw. */
export function failureOf(thrown: unknown): Outcome {
  if (thrown instanceof TaskError) return outcomeOfTaskError(thrown);
  if (thrown instanceof Error) return { result: "error", msg: thrown.message === "" ? thrown.name : thrown.message };
  return { result: "error", msg: String(thrown) };
}

/** A JavaScript caller may set anything: what cannot be a result or a meta is an error, with the message of the handler. */
function outcomeOfTaskError({ message, result, meta }: TaskError): Outcome {
  if (!isResult(result))
    return { result: "error", msg: `${message} (thrown with the unknown result ${JSON.stringify(result)})` };
  if (meta !== undefined && !isMeta(meta))
    return { result: "error", msg: `${message} (thrown with a meta that is neither a query nor an object of strings)` };
  return { result, msg: message, meta };
}

export function isResult(value: unknown): value is NonNullable<Outcome["result"]> {
  return TASK_RESULTS.some((known) => known === value);
}

export function isMeta(value: unknown): value is NonNullable<Outcome["meta"]> {
  if (typeof value === "string") return true;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((entry) => typeof entry === "string");
}

/**
 * The answer to an invalid payload that names type and id, so that its sender is notified: the readable fields, with
 * result `error`. Null when nobody could match the answer to a task.
 */
export function refusalOf(payload: string, error: MessageError, now: number): TaskMessage | null {
  const text = readableText(payload);
  if (text === null || text("type") === "" || text("id") === "") return null;
  return {
    type: text("type"),
    job: text("job"),
    info: text("info"),
    created: text("created"),
    id: text("id"),
    meta: text("meta"),
    result: "error",
    msg: messageText(`The worker cannot read this task: ${error.message}`),
    started: millisText(now),
    ended: millisText(now),
  };
}

function readableText(payload: string): ((key: string) => string) | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch {
    // The caller already has the reason, from the parser that rejected the payload.
    return null;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return null;
  const fields = new Map(Object.entries(parsed).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  return (key) => {
    const value = fields.get(key);
    return typeof value === "string" ? value : "";
  };
}
