import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { commandOf } from "./exec-command.ts";
import type { FromHost, ToHost } from "./exec-messages.ts";
import { clearOrphans } from "./orphans.ts";
import { TaskRequeued, type OnProblem, type Outcome, type TaskHandler } from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";

/** Sources end in `.ts`, built files in `.js`. */
const HOST = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./exec-host.ts" : "./exec-host.js", import.meta.url),
);

/** The host kills its commands and exits at once; one that has not by then is stuck. */
const CLOSE_MS = 2000;

interface Run {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The exec workers' side of their host process (exec-host.ts), which is started with the first task. When the host exits
 * unexpectedly, its tasks are requeued, its orphan processes are killed, and the next task starts a new host.
 */
export class ExecClient {
  readonly #onProblem: OnProblem;
  readonly #sections: ExecWorkerOptions[] = [];
  readonly #runs = new Map<number, Run>();
  #serial = 0;
  #host: Promise<ChildProcess> | null = null;
  #cleared: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(onProblem: OnProblem) {
    this.#onProblem = onProblem;
  }

  /** Throws WorkerOptionsError for invalid options. Add all handlers before the first task. */
  handler(options: ExecWorkerOptions): TaskHandler {
    commandOf(options);
    const section = this.#sections.push(options) - 1;
    return async (task, context) => {
      const host = await (this.#host ??= this.#start());
      const { signal, attempt } = context;
      if (signal.aborted) throw new TaskRequeued("The worker was stopped before the task began.");
      const run = ++this.#serial;
      const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
      this.#runs.set(run, { resolve, reject });
      const abort = (): void => sendMessage(host, { kind: "abort", run });
      signal.addEventListener("abort", abort, { once: true });
      sendMessage(host, { kind: "run", run, section, task, attempt });
      try {
        return await promise;
      } finally {
        this.#runs.delete(run);
        signal.removeEventListener("abort", abort);
      }
    };
  }

  /** Kill the running commands and the host. */
  async close(): Promise<void> {
    this.#closed = true;
    const host = await this.#host?.catch(() => null);
    if (host === null || host === undefined || host.exitCode !== null || host.signalCode !== null) return;
    const ended = once(host, "exit");
    const late = setTimeout(() => host.kill("SIGKILL"), CLOSE_MS);
    if (host.connected) host.disconnect();
    await ended;
    clearTimeout(late);
  }

  async #start(): Promise<ChildProcess> {
    await this.#cleared;
    if (this.#closed) throw new TaskRequeued("The worker is stopped.");
    const host = fork(HOST, [], {
      // A small heap makes starting commands cheap; the flags of this process are not for the host.
      execArgv: ["--max-semi-space-size=1"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      detached: true,
    });
    host.on("message", (message: FromHost) => this.#hear(message));
    const ended = Promise.withResolvers<void>();
    host.once("error", ended.resolve);
    host.once("exit", ended.resolve);
    void ended.promise.then(() => this.#ended());
    this.#sections.forEach((options, section) => sendMessage(host, { kind: "section", section, options }));
    return host;
  }

  #hear(message: FromHost): void {
    switch (message.kind) {
      case "problem":
        this.#onProblem(message.problem);
        return;
      case "ended":
        this.#runs.get(message.run)?.resolve(message.outcome);
        return;
      case "given_back":
        this.#runs.get(message.run)?.reject(new TaskRequeued(message.reason));
    }
  }

  /** The host has exited. No new one starts before its orphan processes are killed. */
  #ended(): void {
    this.#host = null;
    if (!this.#closed) {
      this.#onProblem({
        code: "host_ended",
        message: "The process that starts the exec workers' commands exited; their tasks are requeued and run again.",
      });
      this.#cleared = clearOrphans(this.#sections, this.#onProblem);
    }
    for (const { reject } of this.#runs.values()) reject(new TaskRequeued("The process that ran the command ended."));
  }
}

function sendMessage(host: ChildProcess, message: ToHost): void {
  // The channel is closed: the exit of the host follows and requeues all its tasks.
  host.send(message, () => undefined);
}
