import { hostname } from "node:os";
import { millisText } from "../contract/time/instant.ts";
import { LEASE_MS, writeTaskReport } from "../contract/task-report.ts";
import type { DoneSender } from "./done-sender.ts";
import type { TaskRun } from "./task-run.ts";

/** A task that is done before this is never reported as running: short tasks cost no message. */
const FIRST_AFTER_MS = 500;
/** Flowlord keeps one report a second. */
const AT_MOST_EVERY_MS = 1000;
/** Often enough that a lease outlives two lost reports. */
const AT_LEAST_EVERY_MS = LEASE_MS / 3;
const POLL_MS = 500;

/**
 * Says on the done topic which tasks run: that they began, what their handlers say, and, every so often, that the worker is
 * still there. All tasks of a consumer share one timer.
 */
export class RunReports {
  readonly #sender: DoneSender;
  readonly #runs: ReadonlySet<TaskRun>;
  readonly #worker: string;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #host = hostname();

  constructor(sender: DoneSender, runs: ReadonlySet<TaskRun>, worker: string, now: () => number) {
    this.#sender = sender;
    this.#runs = runs;
    this.#worker = worker;
    this.#now = now;
    this.#timer = setInterval(() => this.poll(), POLL_MS);
    this.#timer.unref();
  }

  /** Send the reports that are due. */
  poll(): void {
    const now = this.#now();
    for (const run of this.#runs) {
      if (run.state !== "running" || run.isReporting) continue;
      const since = now - (run.reportedAt === 0 ? run.started : run.reportedAt);
      const after = run.reportedAt === 0 ? FIRST_AFTER_MS : run.hasNews ? AT_MOST_EVERY_MS : AT_LEAST_EVERY_MS;
      // A clock that was set back reports at once.
      if (since >= after || since < 0) this.#send(run, now, false);
    }
  }

  /** The worker does not go on with a task that it reported. */
  requeued(run: TaskRun): void {
    if (run.reportedAt !== 0) this.#send(run, this.#now(), true);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #send(run: TaskRun, now: number, requeued: boolean): void {
    const { task, said, process: command } = run;
    run.reportedAt = now;
    run.hasNews = false;
    // Of reports that wait for the bus there is one a task.
    run.isReporting = true;
    const payload = writeTaskReport(
      { ...task, msg: said.msg, started: millisText(run.started), ended: "" },
      {
        progress: said.progress,
        worker: this.#worker,
        host: this.#host,
        pid: command?.pid ?? process.pid,
        log: command?.log ?? "",
        leaseMs: requeued ? null : LEASE_MS,
        requeued,
      },
    );
    this.#sender.send(payload, () => {
      run.isReporting = false;
    });
  }
}
