import type { Bus } from "../bus/bus.ts";
import { ExecClient } from "./exec/exec-client.ts";
import { httpHandler } from "./http/http.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import type { CancelledTasks } from "./cancelled-tasks.ts";
import { clearOrphans } from "./exec/orphans.ts";
import type { Worker } from "./launch.ts";
import { TaskConsumer } from "./task-consumer.ts";
import type { BuiltInHandler, OnProblem, Task } from "./task.ts";
import type { ExecWorkerOptions, WorkerOptions } from "../contract/worker-options.ts";
import { WorkerOptionsError } from "./worker-options-error.ts";

/** Time after the last SIGKILL to send results and close files. */
const SETTLE_MS = 2000;

export interface StartWorkersOptions {
  readonly bus: Bus;
  readonly doneTopic: string;
  readonly onProblem: OnProblem;
  /** The instance is elsewhere: the logs of commands are sent to it. */
  readonly sendsLogs?: boolean;
  /** Shared with workers before and after these; default: their own. */
  readonly cancelled?: CancelledTasks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface BuiltInWorkers extends Worker {
  /** Stops these tasks, as they were sent, and runs none of them when it is delivered later. No result is sent. */
  cancel(tasks: readonly Task[]): void;
  /** Accepts no more tasks and requeues those that wait; resolves when the running ones have ended and their results are safe. */
  drain(): Promise<void>;
  /** Tasks that run, with those whose result is on its way. */
  running(): number;
  /** The logs that commands write now. */
  logs(): readonly string[];
}

interface Section {
  readonly job: string | null;
  readonly limit: ConcurrencyLimit;
  readonly concurrency: number;
}

/**
 * Start all workers of a configuration. Workers of one type share a subscription: a task goes to the worker of its job,
 * else to the one without a job, else it is answered with an error. Orphan processes are killed first. By default `stop`
 * waits long enough for the slowest command to be killed. Throws WorkerOptionsError.
 */
export async function startWorkers(
  sections: readonly WorkerOptions[],
  options: StartWorkersOptions,
): Promise<BuiltInWorkers> {
  checkDistinct(sections);
  const { onProblem } = options;
  const exec = new ExecClient(onProblem);
  const closers: (() => void)[] = [];
  const consumers: TaskConsumer[] = [];
  const byType = new Map<string, TaskConsumer>();
  const graceMs = Math.max(0, ...sections.map(killTime)) + SETTLE_MS;
  const handlerOf = (section: WorkerOptions): BuiltInHandler => {
    if (section.kind === "exec") return exec.handler(section);
    const { run, close } = httpHandler(section);
    closers.push(close);
    return run;
  };
  const stop = async (within = graceMs): Promise<void> => {
    try {
      await Promise.all(consumers.map((consumer) => consumer.stop(within)));
    } finally {
      for (const close of closers) close();
      await exec.close();
    }
  };
  try {
    for (const [type, ofType] of Map.groupBy(sections, (section) => section.type)) {
      const sections = ofType.map((section): Section => {
        const { job, concurrency } = section;
        return { job, concurrency, limit: new ConcurrencyLimit(handlerOf(section), concurrency) };
      });
      const name = [...new Set(ofType.map(({ kind }) => kind))].join(", ");
      const consumer = consumerOf(type, name, sections, options);
      consumers.push(consumer);
      byType.set(type, consumer);
    }
    clearOrphans(sections.filter(isExec), onProblem);
    await Promise.all(consumers.map((consumer) => consumer.start()));
  } catch (error) {
    await stop(0);
    throw error;
  }
  return {
    stop,
    cancel: (tasks) => {
      for (const [type, some] of Map.groupBy(tasks, (task) => task.type)) byType.get(type)?.cancel(some);
    },
    drain: async () => void (await Promise.all(consumers.map((consumer) => consumer.drain()))),
    logs: () => consumers.flatMap((consumer) => consumer.logs),
    running: () => consumers.reduce((sum, consumer) => sum + consumer.running, 0),
  };
}

function consumerOf(
  type: string,
  name: string,
  sections: readonly Section[],
  options: StartWorkersOptions,
): TaskConsumer {
  const running = sections.reduce((sum, { concurrency }) => sum + concurrency, 0);
  return new TaskConsumer({
    ...options,
    type,
    name,
    channel: type,
    // With several jobs the queue may begin with tasks of a busy job: let some wait, so that others can overtake them.
    maxInFlight: sections.length === 1 ? running : running * 2,
    limitOf: (task) => sectionOf(sections, task)?.limit ?? unclaimed(type, sections, task),
  });
}

function sectionOf(sections: readonly Section[], task: Task): Section | undefined {
  return sections.find(({ job }) => job === task.job) ?? sections.find(({ job }) => job === null);
}

function unclaimed(type: string, sections: readonly Section[], task: Task): string {
  const jobs = sections.map(({ job }) => `"${job}"`).join(", ");
  const named = task.job === "" ? "a task without a job" : `job "${task.job}"`;
  return `No worker of "${type}" runs ${named}: they run ${jobs}. Add a [[worker]] for it, or one without job.`;
}

function isExec(section: WorkerOptions): section is ExecWorkerOptions {
  return section.kind === "exec";
}

function killTime(section: WorkerOptions): number {
  return section.kind === "exec" ? section.killAfter * 2 : 0;
}

function checkDistinct(sections: readonly WorkerOptions[]): void {
  const seen = new Set<string>();
  for (const { type, job } of sections) {
    const name = JSON.stringify([type, job]);
    if (seen.has(name)) {
      throw new WorkerOptionsError(
        `Two workers have the same tasks: type "${type}", ${job === null ? "every job" : `job "${job}"`}. ` +
          `Remove one, and raise the other's concurrency if more should run.`,
      );
    }
    seen.add(name);
  }
}
