import assert from "node:assert/strict";
import { once, EventEmitter } from "node:events";
import type { TestContext } from "node:test";
import type { Bus, Delivery } from "../../src/bus/bus.ts";
import { createMemoryBus } from "../../src/bus/memory.ts";
import { readReportFields, RUNNING, type TaskReport } from "../../src/contract/task-report.ts";
import { parseTaskMessage, writeTaskMessage, type TaskMessage } from "../../src/contract/task-message.ts";
import type { OnProblem, WorkerProblem } from "../../src/worker/task.ts";

export function taskMessage(fields: Partial<TaskMessage> = {}): TaskMessage {
  return {
    type: "clean",
    job: "",
    info: "",
    created: "2026-01-02T03:04:05Z",
    id: "0190",
    meta: "workflow=w.toml",
    result: "",
    msg: "",
    started: "",
    ended: "",
    ...fields,
  };
}

/** A memory bus where the test plays Flowlord: it sends tasks and receives results on `done`. */
export class TaskBus {
  readonly bus: Bus;
  readonly dones: TaskMessage[] = [];
  /** Reports of running tasks, which are no results. */
  readonly reports: (TaskMessage & TaskReport)[] = [];
  readonly problems: WorkerProblem[] = [];
  readonly onProblem: OnProblem = (problem) => void this.problems.push(problem);
  /** Keep results unacknowledged, like a Flowlord that has not committed yet. */
  readonly held: Delivery[] = [];
  hold = false;
  readonly #heard = new EventEmitter();
  #sent = 0;

  static async start(t: TestContext, bus: Bus = createMemoryBus()): Promise<TaskBus> {
    const tasks = new TaskBus(bus);
    await bus.start();
    t.after(() => bus.stop());
    await bus.subscribe("done", { channel: "done", maxInFlight: 10_000 }, (delivery) => tasks.#hear(delivery));
    return tasks;
  }

  private constructor(bus: Bus) {
    this.bus = bus;
  }

  /** Settles when the task is acknowledged. */
  send(fields: Partial<TaskMessage> = {}): Promise<unknown> {
    const task = taskMessage(fields);
    return this.sendText(task.type, writeTaskMessage(task));
  }

  async sendText(topic: string, payload: string): Promise<unknown> {
    this.#sent += 1;
    const [result] = this.bus.publish([{ key: `task-${this.#sent}`, topic, payload }]);
    assert(result !== undefined);
    return (await result).status;
  }

  /** The first `count` results. */
  async done(count = 1): Promise<TaskMessage[]> {
    while (this.dones.length < count) await once(this.#heard, "done");
    return this.dones.slice(0, count);
  }

  /** The first report that fits. */
  async report(fits: (report: TaskReport) => boolean = () => true): Promise<TaskMessage & TaskReport> {
    for (;;) {
      const found = this.reports.find(fits);
      if (found !== undefined) return found;
      await once(this.#heard, "report");
    }
  }

  /** Send one task and return its result. */
  async result(fields: Partial<TaskMessage> = {}): Promise<TaskMessage> {
    const before = this.dones.length;
    void this.send(fields);
    const dones = await this.done(before + 1);
    const last = dones.at(-1);
    assert(last !== undefined);
    return last;
  }

  #hear(delivery: Delivery): void {
    const done = parseTaskMessage(delivery.payload);
    if (done.result === RUNNING) {
      this.reports.push({ ...done, ...readReportFields(delivery.payload) });
      delivery.ack();
      this.#heard.emit("report");
      return;
    }
    this.dones.push(done);
    if (this.hold) this.held.push(delivery);
    else delivery.ack();
    this.#heard.emit("done");
  }
}
