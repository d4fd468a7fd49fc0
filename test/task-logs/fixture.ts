import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import type { LogTask } from "../../src/task-logs/find-logs.ts";
import { logPath } from "../../src/task-logs/log-name.ts";

export const NOW = Date.UTC(2026, 0, 2, 12);

/** A folder that goes with the test. */
export function logFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "flowlord-logs-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export function logTask(fields: Partial<LogTask> = {}): LogTask {
  return {
    id: "0190a1b2",
    type: "load",
    job: "daily",
    info: "?date=2026-01-02",
    attempt: 0,
    created: NOW,
    decided_at: NOW,
    started: null,
    ended: null,
    finished_at: null,
    ...fields,
  };
}

/** Writes the log of a task; `suffix` as in `.2.log`. Returns its path. */
export function writeLog(dir: string, task: LogTask, text: string | Uint8Array, suffix = ".log", at = NOW): string {
  const path = logPath(dir, task, at) + suffix;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  utimesSync(path, at / 1000, at / 1000);
  return path;
}
