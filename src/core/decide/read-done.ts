import { parseInstant } from "../../contract/time/instant.ts";
import { MessageError } from "../../contract/message-error.ts";
import { parseTaskMessage } from "../../contract/task-message.ts";
import { readReportFields, RUNNING } from "../../contract/task-report.ts";
import type { DoneMessage } from "./decider.ts";
import { parseAttempt } from "../task/attempt.ts";
import { parseMeta } from "../task/meta.ts";
import { checkSize } from "../text/message-size.ts";
import { taskTime } from "../task/task-time.ts";

/** A type is also the name of a topic. */
const UNPRINTABLE = /[\u0000-\u001f\u007f]/;

/** Reads a message of `done`. Throws MessageError when it is not a task. */
export function readDone(payload: string, topic: string): DoneMessage {
  checkSize(payload);
  const task = parseTaskMessage(payload);
  if (task.type === "") throw new MessageError("no_type", "task without a type: the worker that did it is unknown");
  if (UNPRINTABLE.test(task.type)) throw new MessageError("bad_type", "type with control characters");
  const meta = parseMeta(task.meta);
  return {
    task,
    meta,
    attempt: parseAttempt(meta.get("retry")?.[0]),
    taskTime: taskTime(meta, task.info),
    created: task.created === "" ? null : parseInstant(task.created),
    payload,
    topic,
    report: task.result === RUNNING ? readReportFields(payload) : null,
  };
}
