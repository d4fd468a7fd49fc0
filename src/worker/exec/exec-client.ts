import { commandOf } from "./exec-command.ts";
import { ExecHostProcess, HostEnded } from "./exec-host-process.ts";
import { clearOrphans, endOrphans } from "./orphans.ts";
import { attemptKey } from "../task-run.ts";
import { TaskRequeued, type OnProblem, type Outcome, type BuiltInContext, type BuiltInHandler } from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";

/** So often a task may run again after the host process ended with it. */
const HOST_ENDS_MAX = 3;
/** Of tasks that another worker finished meanwhile nothing is heard: then the oldest are forgotten. */
const SUSPECTS_MAX = 10_000;

/**
 * The exec workers' side of their host processes (exec-host.ts). All tasks share one, which is started with the first. When
 * it exits unexpectedly, its tasks are requeued, its orphan processes are killed, and the next task starts a new host. Which
 * of its tasks ended it is unknown, so each of them runs again in a host of its own, where it can end no other task.
 */
export class ExecClient {
  readonly #onProblem: OnProblem;
  readonly #sections: ExecWorkerOptions[] = [];
  /** How often the host process ended while this task ran. */
  readonly #suspects = new Map<string, number>();
  readonly #own = new Set<ExecHostProcess>();
  #shared: Promise<ExecHostProcess> | null = null;
  #closed = false;

  constructor(onProblem: OnProblem) {
    this.#onProblem = onProblem;
  }

  /** Throws WorkerOptionsError for invalid options. Add all handlers before the first task. */
  handler(options: ExecWorkerOptions): BuiltInHandler {
    commandOf(options);
    const section = this.#sections.push(options) - 1;
    return async (task, context) => {
      const key = attemptKey(task);
      const isSuspect = this.#suspects.has(key);
      const host = isSuspect ? await this.#openOwn() : await this.#openShared();
      try {
        if (context.signal.aborted) throw new TaskRequeued("The worker was stopped before the task began.");
        const outcome = await host.run(section, task, context);
        this.#suspects.delete(key);
        return outcome;
      } catch (error) {
        if (!(error instanceof HostEnded)) throw error;
        return this.#hostEnded(key, context, error);
      } finally {
        if (isSuspect) await this.#closeOwn(host);
      }
    };
  }

  /** Kill the running commands and the hosts. */
  async close(): Promise<void> {
    this.#closed = true;
    const shared = await this.#shared?.catch(() => null);
    const hosts = shared === null || shared === undefined ? [...this.#own] : [shared, ...this.#own];
    await Promise.all(hosts.map((host) => host.close()));
    // What commands left running in groups of their own.
    for (const logDir of new Set(this.#sections.map((section) => section.logDir))) endOrphans(logDir);
  }

  /** Throws TaskRequeued, until the task has ended too many hosts. */
  #hostEnded(key: string, { signal }: BuiltInContext, error: HostEnded): Outcome {
    if (this.#closed || signal.aborted) throw new TaskRequeued(error.message);
    const ends = (this.#suspects.get(key) ?? 0) + 1;
    this.#suspects.delete(key);
    if (ends >= HOST_ENDS_MAX) {
      const msg = `the process that starts commands ended ${ends} times while this task ran: it is not run again`;
      return { result: "error", msg: `${msg} (the task kills it, or needs more memory than there is)` };
    }
    const [oldest] = this.#suspects.keys();
    if (this.#suspects.size >= SUSPECTS_MAX && oldest !== undefined) this.#suspects.delete(oldest);
    this.#suspects.set(key, ends);
    throw new TaskRequeued(error.message);
  }

  async #openShared(): Promise<ExecHostProcess> {
    this.#shared ??= this.#open(() => {
      this.#shared = null;
    });
    return await this.#shared;
  }

  async #openOwn(): Promise<ExecHostProcess> {
    const host = await this.#open(() => this.#own.delete(host));
    this.#own.add(host);
    return host;
  }

  async #closeOwn(host: ExecHostProcess): Promise<void> {
    if (this.#own.delete(host)) await host.close();
  }

  async #open(onEnded: () => void): Promise<ExecHostProcess> {
    if (this.#closed) throw new TaskRequeued("The worker is stopped.");
    const host: ExecHostProcess = new ExecHostProcess(this.#sections, this.#onProblem, () =>
      this.#ended(host, onEnded),
    );
    return host;
  }

  /** A host has exited. No new one starts before its orphan processes are killed. */
  #ended(host: ExecHostProcess, onEnded: () => void): void {
    onEnded();
    if (this.#closed || host.isClosing) return;
    this.#onProblem({
      code: "host_ended",
      message: "The process that starts the exec workers' commands exited; their tasks are requeued and run again.",
    });
    clearOrphans(this.#sections, this.#onProblem);
  }
}
