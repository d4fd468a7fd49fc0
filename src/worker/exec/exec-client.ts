import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { commandOf } from "./exec-command.ts";
import type { FromHost, ToHost } from "./exec-messages.ts";
import { clearOrphans } from "./orphans.ts";
import { TaskRequeued, type OnProblem, type Outcome, type TaskHandler } from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";

/** The sources run as they are; the built files carry the other ending. */
const HOST = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./exec-host.ts" : "./exec-host.js", import.meta.url),
);

/** The host kills and goes at once; when it does not, it is stuck. */
const CLOSE_MS = 2000;

interface Run {
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The exec workers' side of their host process (exec-host.ts), which is started with the first task. When the host
 * ends by itself its tasks go back to the bus, what it left running is killed, and the next task starts another.
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

  /** Kill what still runs, and the host. */
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
      // A small heap keeps the start of each command cheap; flags of this process are not meant for the host.
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

  /** The host is gone. No other starts before what it left running is killed. */
  #ended(): void {
    this.#host = null;
    if (!this.#closed) {
      this.#onProblem({
        code: "host_ended",
        message: "The process that starts the exec workers' commands ended; their tasks go back and run again.",
      });
      this.#cleared = clearOrphans(this.#sections, this.#onProblem);
    }
    for (const { reject } of this.#runs.values()) reject(new TaskRequeued("The process that ran the command ended."));
  }
}

function sendMessage(host: ChildProcess, message: ToHost): void {
  // A channel that has closed: the host's end follows and gives all its tasks back.
  host.send(message, () => undefined);
}
