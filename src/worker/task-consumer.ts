import type { Bus, Delivery, Subscription } from "../bus/bus.ts";
import { MessageError } from "../contract/message-error.ts";
import { parseTaskMessage, writeTaskMessage } from "../contract/task-message.ts";
import { CancelledTasks } from "./cancelled-tasks.ts";
import { doneMessage, failureOf, outcomeOf, refusalOf } from "./done-message.ts";
import { DoneSender } from "./done-sender.ts";
import type { ConcurrencyLimit } from "./concurrency-limit.ts";
import { TaskRun } from "./task-run.ts";
import { LogShipper } from "./log-shipper.ts";
import { RunReports } from "./run-reports.ts";
import { TaskRequeued, type OnProblem, type Outcome, type Task } from "./task.ts";

/** Adapters touch what is in flight by themselves; this says that the task still runs here. */
const TOUCH_EVERY_MS = 10_000;
/** Delay of a requeued task, because the cause may still be there. */
const REQUEUE_DELAY_MS = 1000;

export interface TaskConsumerOptions {
  readonly bus: Bus;
  readonly type: string;
  /** Names the worker in its reports. */
  readonly name: string;
  readonly channel: string;
  readonly maxInFlight: number;
  readonly doneTopic: string;
  readonly onProblem: OnProblem;
  /** The instance is elsewhere: the logs of commands are sent to it. */
  readonly sendsLogs?: boolean;
  /** Shared with workers before and after these; default: their own. */
  readonly cancelled?: CancelledTasks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The concurrency limit that runs this task; a string is the error to answer when there is none. */
  readonly limitOf: (task: Task) => ConcurrencyLimit | string;
}

/**
 * Consumes tasks of one type from the bus, runs them within their concurrency limits, and sends the results. A task is
 * acknowledged only when its result is safe, so it is redelivered when the worker dies at any point before.
 */
export class TaskConsumer {
  readonly #options: TaskConsumerOptions;
  readonly #sender: DoneSender;
  readonly #runs = new Set<TaskRun>();
  readonly #reports: RunReports;
  /** Null: the logs stay here. */
  readonly #shipper: LogShipper | null;
  readonly #cancelled: CancelledTasks;
  readonly #touching: NodeJS.Timeout;
  #subscription: Subscription | null = null;
  #stopped: Promise<void> | null = null;
  #drained: Promise<void> | null = null;
  readonly #onIdle = new Set<() => void>();

  constructor(options: TaskConsumerOptions) {
    this.#options = options;
    this.#cancelled = options.cancelled ?? new CancelledTasks();
    this.#sender = new DoneSender(options.bus, options.doneTopic, options.onProblem);
    this.#reports = new RunReports(this.#sender, this.#runs, options.name, options.now);
    this.#shipper = options.sendsLogs === true ? new LogShipper(this.#sender, this.#runs, options.onProblem) : null;
    this.#touching = setInterval(() => this.#touch(), TOUCH_EVERY_MS);
    this.#touching.unref();
  }

  /** Rejects as `bus.subscribe` does; the consumer is then stopped. */
  async start(): Promise<void> {
    const { bus, type, channel, maxInFlight } = this.#options;
    try {
      this.#subscription = await bus.subscribe(type, { channel, maxInFlight }, (delivery) => this.#take(delivery));
    } catch (error) {
      await this.stop(0);
      throw error;
    }
  }

  /** Tasks that run, with those whose result is on its way. */
  get running(): number {
    let running = 0;
    for (const { state } of this.#runs) if (state !== "waiting") running += 1;
    return running;
  }

  /** The logs that commands write now. */
  get logs(): readonly string[] {
    return [...this.#runs].flatMap(({ process }) => (process === null || process.log === "" ? [] : [process.log]));
  }

  /**
   * Accepts no more tasks and requeues those that wait for a place; resolves when the running ones have ended and their results
   * are safe, or when it was stopped. Repeated calls share the first.
   */
  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  async #drain(): Promise<void> {
    const unsubscribed = this.#subscription?.stop();
    for (const run of this.#runs) if (run.state === "waiting") this.#requeue(run);
    await Promise.all([unsubscribed, this.#idle(null)]);
  }

  /**
   * Accepts no more tasks, aborts the running ones, and waits up to `graceMs` until they have ended and their results are
   * safe. Then unfinished tasks are requeued. Repeated calls share the first stop.
   */
  stop(graceMs: number): Promise<void> {
    this.#stopped ??= this.#stop(graceMs);
    return this.#stopped;
  }

  /** Stops these tasks, as they were sent, where they run here, and runs none of them when it is delivered later. */
  cancel(tasks: readonly Task[]): void {
    this.#cancelled.add(tasks);
    for (const run of this.#runs) {
      if (!this.#cancelled.has(run.task)) continue;
      run.cancelled = true;
      if (run.state === "waiting") this.#drop(run);
      else if (run.state === "running") run.abort();
    }
  }

  async #stop(graceMs: number): Promise<void> {
    const unsubscribed = this.#drained === null ? this.#subscription?.stop() : null;
    for (const run of this.#runs) {
      if (run.state === "waiting") this.#requeue(run);
      else run.abort();
    }
    try {
      await Promise.all([unsubscribed, this.#idle(graceMs)]);
    } finally {
      clearInterval(this.#touching);
      this.#reports.close();
      this.#shipper?.close();
      for (const run of this.#runs) this.#requeue(run);
      // The sender publishes at the end of this turn: also that those tasks no longer run here.
      await Promise.resolve();
      this.#sender.close();
    }
  }

  /** Null: however long it takes. */
  async #idle(graceMs: number | null): Promise<void> {
    if (this.#runs.size === 0 || (graceMs !== null && graceMs <= 0)) return;
    const idle = Promise.withResolvers<void>();
    const timer = graceMs === null ? undefined : setTimeout(idle.resolve, graceMs);
    this.#onIdle.add(idle.resolve);
    await idle.promise;
    clearTimeout(timer);
  }

  #take(delivery: Delivery): void {
    if (this.#stopped !== null || this.#drained !== null) {
      delivery.nack();
      return;
    }
    let task: Task;
    try {
      task = parseTaskMessage(delivery.payload);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.#refuse(delivery, error);
      return;
    }
    if (this.#cancelled.has(task)) {
      delivery.ack();
      return;
    }
    const run = new TaskRun(delivery, task);
    this.#runs.add(run);
    const limit = this.#options.limitOf(task);
    if (typeof limit === "string") this.#send(run, { result: "error", msg: limit }, this.#options.now());
    else limit.enter(() => this.#run(run, limit));
  }

  #run(run: TaskRun, limit: ConcurrencyLimit): void {
    if (run.state !== "waiting") {
      limit.leave();
      return;
    }
    run.state = "running";
    const started = this.#options.now();
    run.started = started;
    let returned: unknown;
    try {
      returned = limit.handler(run.task, run);
    } catch (error) {
      this.#failed(run, limit, error, started);
      return;
    }
    if (!isPromise(returned)) {
      this.#ended(run, limit, outcomeOf(returned), started);
      return;
    }
    returned.then(
      (value) => this.#ended(run, limit, outcomeOf(value), started),
      (error: unknown) => this.#failed(run, limit, error, started),
    );
  }

  #ended(run: TaskRun, limit: ConcurrencyLimit, outcome: Outcome, started: number): void {
    if (run.state === "running") this.#send(run, outcome, started);
    limit.leave();
  }

  #failed(run: TaskRun, limit: ConcurrencyLimit, error: unknown, started: number): void {
    if (run.cancelled) this.#afterLog(run, () => this.#drop(run));
    else if (error instanceof TaskRequeued)
      this.#afterLog(run, () => this.#requeue(run, run.aborted ? 0 : REQUEUE_DELAY_MS));
    // A handler that throws after the abort stopped because of it: its task is unfinished, not failed.
    else if (run.aborted) this.#requeue(run);
    else if (run.state === "running") this.#send(run, failureOf(error), started);
    limit.leave();
  }

  /** At once, unless the rest of a log is sent before. */
  #afterLog(run: TaskRun, then: () => void): void {
    if (this.#shipper === null || !this.#shipper.hasRest(run)) then();
    else void this.#shipper.finish(run).then(then);
  }

  #send(run: TaskRun, outcome: Outcome, started: number): void {
    run.state = "sending";
    const { now, onProblem } = this.#options;
    const done = doneMessage(run.task, outcome, started, now(), onProblem);
    const payload = writeTaskMessage(done);
    this.#afterLog(run, () => {
      // It was requeued by a stop meanwhile.
      if (run.state !== "sending") return;
      this.#sender.send(payload, () => {
        if (run.state !== "sending") return;
        run.delivery.ack();
        this.#settled(run);
      });
    });
  }

  /** Cancelled: nobody waits for a result. */
  #drop(run: TaskRun): void {
    if (run.state === "settled") return;
    run.delivery.ack();
    this.#settled(run);
  }

  #requeue(run: TaskRun, delayMs = 0): void {
    if (run.state === "settled") return;
    if (run.state === "running") this.#reports.requeued(run);
    run.delivery.nack(delayMs);
    this.#settled(run);
  }

  #settled(run: TaskRun): void {
    run.state = "settled";
    this.#runs.delete(run);
    if (this.#onIdle.size === 0 || this.#runs.size > 0) return;
    for (const resolve of this.#onIdle) resolve();
    this.#onIdle.clear();
  }

  /** A requeue would redeliver it without end, so it is answered when possible, and acknowledged. */
  #refuse(delivery: Delivery, error: MessageError): void {
    const { type, now, onProblem } = this.#options;
    const answer = refusalOf(delivery.payload, error, now());
    onProblem({
      code: "unreadable_task",
      message:
        `A message on topic "${type}" is not a valid task and was ` +
        `${answer === null ? "dropped" : "answered with an error"}: ${error.message}`,
    });
    if (answer === null) delivery.ack();
    else this.#sender.send(writeTaskMessage(answer), () => delivery.ack());
  }

  #touch(): void {
    for (const run of this.#runs) run.delivery.touch();
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
