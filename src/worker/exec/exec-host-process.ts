import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { FromHost, ToHost } from "./exec-messages.ts";
import { TaskRequeued, type OnProblem, type Outcome, type Task, type BuiltInContext } from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";

/** Sources end in `.ts`, built files in `.js`. */
const HOST = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./exec-host.ts" : "./exec-host.js", import.meta.url),
);

/** The host kills its commands and exits at once; one that has not by then is stuck. */
const CLOSE_MS = 2000;

interface Run {
  readonly context: BuiltInContext;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/** The host process ended while the task ran in it. */
export class HostEnded extends Error {}

/** The worker's side of one host process (exec-host.ts), and the tasks that run in it. */
export class ExecHostProcess {
  readonly #host: ChildProcess;
  readonly #runs = new Map<number, Run>();
  readonly #onProblem: OnProblem;
  #serial = 0;
  /** It was told to exit. */
  isClosing = false;

  /** `onEnded` is called once, before the running tasks are rejected with HostEnded. */
  constructor(sections: readonly ExecWorkerOptions[], onProblem: OnProblem, onEnded: () => void) {
    this.#onProblem = onProblem;
    this.#host = fork(HOST, [], {
      // A small heap makes starting commands cheap; the flags of this process are not for the host.
      execArgv: ["--max-semi-space-size=1", "--disable-sigusr1"],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      detached: true,
    });
    this.#host.on("message", (message: FromHost) => this.#hear(message));
    const ended = Promise.withResolvers<void>();
    this.#host.once("error", ended.resolve);
    this.#host.once("exit", ended.resolve);
    void ended.promise.then(() => {
      onEnded();
      for (const { reject } of this.#runs.values()) reject(new HostEnded("The process that ran the command ended."));
    });
    sections.forEach((options, section) => this.#send({ kind: "section", section, options }));
  }

  /** Rejects with HostEnded, or with TaskRequeued when the task was aborted. */
  async run(section: number, task: Task, context: BuiltInContext): Promise<Outcome> {
    const run = ++this.#serial;
    const { signal, attempt } = context;
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.#runs.set(run, { context, resolve, reject });
    const abort = (): void => this.#send({ kind: "abort", run });
    signal.addEventListener("abort", abort, { once: true });
    this.#send({ kind: "run", run, section, task, attempt });
    try {
      return await promise;
    } finally {
      this.#runs.delete(run);
      signal.removeEventListener("abort", abort);
    }
  }

  /** Kill its running commands and the process. */
  async close(): Promise<void> {
    const host = this.#host;
    this.isClosing = true;
    if (host.exitCode !== null || host.signalCode !== null) return;
    const ended = once(host, "exit");
    const late = setTimeout(() => host.kill("SIGKILL"), CLOSE_MS);
    if (host.connected) host.disconnect();
    await ended;
    clearTimeout(late);
  }

  #hear(message: FromHost): void {
    switch (message.kind) {
      case "problem":
        this.#onProblem(message.problem);
        return;
      case "began":
        this.#runs.get(message.run)?.context.began?.(message);
        return;
      case "progress":
        this.#runs.get(message.run)?.context.progress?.(message.progress, message.msg);
        return;
      case "ended":
        this.#runs.get(message.run)?.resolve(message.outcome);
        return;
      case "given_back":
        this.#runs.get(message.run)?.reject(new TaskRequeued(message.reason));
    }
  }

  #send(message: ToHost): void {
    // The channel is closed: the exit of the host follows and ends all its tasks.
    this.#host.send(message, () => undefined);
  }
}
