import { toError } from "../../contract/to-error.ts";
import type { WorkerOptions } from "../../contract/worker-options.ts";
import type { BuiltInWorkers, StartWorkersOptions } from "../../worker/start-workers.ts";
import { CancelledTasks } from "../../worker/cancelled-tasks.ts";
import type { Task } from "../../worker/task.ts";

/**
 * The workers of the configuration, in this process. They can be replaced while tasks run: those finish under the worker that
 * began them. Drained, they take no more.
 */
export class OwnWorkers {
  readonly #options: StartWorkersOptions;
  #sections: readonly WorkerOptions[] = [];
  #current: BuiltInWorkers | null = null;
  /** Take no more, and have tasks that run. */
  readonly #retired = new Set<BuiltInWorkers>();
  readonly #cancelled = new CancelledTasks();
  #isDrained = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: StartWorkersOptions) {
    this.#options = options;
  }

  get isDrained(): boolean {
    return this.#isDrained;
  }

  /** Tasks that run here, with those whose result is on its way. */
  get running(): number {
    return [this.#current, ...this.#retired].reduce((sum, workers) => sum + (workers?.running() ?? 0), 0);
  }

  /** The logs that commands write now. */
  get logs(): readonly string[] {
    return [this.#current, ...this.#retired].flatMap((workers) => workers?.logs() ?? []);
  }

  /** From now on these take tasks. Rejects with WorkerOptionsError, or as `bus.subscribe` does; then nothing has changed. */
  replace(sections: readonly WorkerOptions[]): Promise<void> {
    return this.#inTurn(async () => {
      const next = this.#isDrained ? null : await this.#open(sections);
      this.#sections = sections;
      this.#retire();
      this.#current = next;
    });
  }

  /** Takes no more tasks; those that run go on. */
  drain(): Promise<void> {
    this.#isDrained = true;
    return this.#inTurn(async () => {
      this.#retire();
    });
  }

  /** Takes tasks again. */
  undrain(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#isDrained) return;
      this.#current = await this.#open(this.#sections);
      this.#isDrained = false;
    });
  }

  /** As `BuiltInWorkers.cancel`, also of tasks that replaced or drained workers still run, and of those that later ones are sent. */
  cancel(tasks: readonly Task[]): void {
    this.#cancelled.add(tasks);
    for (const workers of [this.#current, ...this.#retired]) workers?.cancel(tasks);
  }

  /** Resolves when drained workers have no task left. */
  async idle(): Promise<void> {
    await this.#last;
    await Promise.all(Array.from(this.#retired, (workers) => workers.drain()));
  }

  /** As `BuiltInWorkers.stop`. */
  async stop(within?: number): Promise<void> {
    await this.#last;
    const all = [...(this.#current === null ? [] : [this.#current]), ...this.#retired];
    await Promise.all(all.map((workers) => workers.stop(within)));
  }

  async #open(sections: readonly WorkerOptions[]): Promise<BuiltInWorkers | null> {
    if (sections.length === 0) return null;
    const { startWorkers } = await import("../../worker/start-workers.ts");
    return await startWorkers(sections, { ...this.#options, cancelled: this.#cancelled });
  }

  #retire(): void {
    const old = this.#current;
    this.#current = null;
    if (old === null) return;
    this.#retired.add(old);
    void old
      .drain()
      .then(() => old.stop(0))
      .catch((error: unknown) => {
        const message = `Workers that were replaced, or drained, did not end: ${toError(error).message}`;
        this.#options.onProblem({ code: "leftovers", message });
      })
      .finally(() => this.#retired.delete(old));
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
