import { hash } from "node:crypto";
import { join } from "node:path";
import type { Task } from "../task.ts";

/**
 * Path of the log of one attempt of a task, without `.log`: `<logDir>/<type>/<date>/<id>-<attempt>-<hash>`. All tasks of
 * a run share one id, so the hash of job and info separates the tasks of a fan-out. The date is UTC.
 */
export function logPath(logDir: string, task: Task, attempt: number, now: number): string {
  const date = new Date(now).toISOString().slice(0, 10);
  const part = hash("sha1", `${task.job}\n${task.info}`).slice(0, 8);
  return join(logDir, fileName(task.type), date, `${fileName(task.id)}-${attempt}-${part}`);
}

/** Type and id may be any text; as a file name it must not leave the folder. */
function fileName(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9._-]/g, "_")
    .replace(/^\.+/, "_")
    .slice(0, 100);
  return name === "" ? "_" : name;
}
