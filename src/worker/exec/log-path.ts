import { hash } from "node:crypto";
import { join } from "node:path";
import type { Task } from "../task.ts";

/**
 * Where the output of one try of a task is kept, without `.log`: `<logDir>/<type>/<date>/<id>-<attempt>-<hash>`. All
 * tasks of a run share one id, so the hash of job and info keeps the parts of a fan-out apart. The date is UTC.
 */
export function logPath(logDir: string, task: Task, attempt: number, now: number): string {
  const date = new Date(now).toISOString().slice(0, 10);
  const part = hash("sha1", `${task.job}\n${task.info}`).slice(0, 8);
  return join(logDir, fileName(task.type), date, `${fileName(task.id)}-${attempt}-${part}`);
}

/** A message may hold any text as type and id; as a name it must not leave the folder. */
function fileName(text: string): string {
  const name = text
    .replace(/[^A-Za-z0-9._-]/g, "_")
    .replace(/^\.+/, "_")
    .slice(0, 100);
  return name === "" ? "_" : name;
}
