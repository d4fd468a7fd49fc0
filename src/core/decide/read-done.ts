import { parseInstant } from "../../contract/instant.ts";
import { MessageError } from "../../contract/message-error.ts";
import { parseTaskMessage } from "../../contract/task-message.ts";
import type { DoneMessage } from "./decider.ts";
import { parseMeta } from "../task/meta.ts";
import { MAX_MESSAGE_LENGTH } from "./task-size.ts";
import type { Values } from "../task/values.ts";
import { taskTime } from "../task/task-time.ts";

/** A type is also the name of a topic. */
const UNPRINTABLE = /[\u0000-\u001f\u007f]/;

/** Reads a message of `done`. Throws MessageError when it is not a task. */
export function readDone(payload: string, topic: string): DoneMessage {
  if (payload.length > MAX_MESSAGE_LENGTH) {
    throw new MessageError(
      "too_large",
      `message of ${payload.length} characters; at most ${MAX_MESSAGE_LENGTH} are read`,
    );
  }
  const task = parseTaskMessage(payload);
  if (task.type === "") throw new MessageError("no_type", "task without a type: the worker that did it is unknown");
  if (UNPRINTABLE.test(task.type)) throw new MessageError("bad_type", "type with control characters");
  const meta = parseMeta(task.meta);
  return {
    task,
    meta,
    attempt: attemptOf(meta),
    taskTime: taskTime(meta, task.info),
    created: task.created === "" ? null : parseInstant(task.created),
    payload,
    topic,
  };
}

/** As Go's Atoi reads the first `retry`; null when it is not a number, 0 when it is negative. */
function attemptOf(meta: Values): number | null {
  const text = meta.get("retry")?.[0];
  if (text === undefined || !/^[+-]?\d{1,9}$/.test(text)) return null;
  return Math.max(0, Number(text));
}
