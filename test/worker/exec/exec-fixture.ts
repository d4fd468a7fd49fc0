import { DEFAULT_RULES } from "../../../src/contract/redact/rules.ts";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { TaskMessage } from "../../../src/contract/task-message.ts";
import { execHandler } from "../../../src/worker/exec/exec.ts";
import type { Outcome, WorkerProblem } from "../../../src/worker/task.ts";
import type { ExecWorkerOptions } from "../../../src/contract/worker-options.ts";
import { taskMessage } from "../task-bus.ts";

export async function scratchFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "flowlord-worker-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function execOptions(fields: Partial<ExecWorkerOptions> & { logDir: string }): ExecWorkerOptions {
  return {
    kind: "exec",
    type: "clean",
    job: null,
    concurrency: 1,
    timeout: 0,
    command: ["true"],
    shell: false,
    killAfter: 5000,
    logMaxBytes: 100_000,
    env: {},
    cwd: "",
    exitCodes: { warn: [], alert: [] },
    redact: DEFAULT_RULES,
    ...fields,
  };
}

export interface Exec {
  readonly logDir: string;
  readonly problems: WorkerProblem[];
  run(task?: Partial<TaskMessage>, signal?: AbortSignal): Promise<Outcome>;
}

/** An exec worker without a bus. */
export async function startExec(t: TestContext, fields: Partial<ExecWorkerOptions>): Promise<Exec> {
  const logDir = fields.logDir ?? (await scratchFolder(t));
  const problems: WorkerProblem[] = [];
  const handler = execHandler(
    execOptions({ ...fields, logDir }),
    (problem) => problems.push(problem),
    () => Date.UTC(2026, 0, 2, 23),
  );
  t.after(() => handler.close());
  return {
    logDir,
    problems,
    run: async (task = {}, signal = new AbortController().signal) =>
      (await handler.run(taskMessage(task), { signal, attempt: 2 })) ?? {},
  };
}

/** A script for `sh -c`. */
export function sh(script: string, ...args: string[]): Pick<ExecWorkerOptions, "command"> {
  return { command: ["sh", "-c", script, "sh", ...args] };
}
