import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import type { Delivery } from "../../src/bus/bus.ts";
import { LEASE_MS, readReportFields, type TaskReport } from "../../src/contract/task-report.ts";
import type { DoneSender } from "../../src/worker/done-sender.ts";
import { RunReports } from "../../src/worker/run-reports.ts";
import { TaskRun } from "../../src/worker/task-run.ts";
import { taskMessage } from "./task-bus.ts";

const START = Date.UTC(2026, 10, 24, 12);

/** One running task; the sender keeps what it is given until `confirm`. */
function running(t: TestContext) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const run = new TaskRun({} as Delivery, taskMessage());
  Object.assign(run, { state: "running", started: START });
  const reports: TaskReport[] = [];
  const unsent: (() => void)[] = [];
  const sender: Pick<DoneSender, "send"> = {
    send: (payload, onSent) => {
      reports.push(readReportFields(payload));
      unsent.push(onSent);
    },
  };
  const clock = { now: START };
  const poll = new RunReports(sender as DoneSender, new Set([run]), "load", () => clock.now);
  t.after(() => poll.close());
  const confirm = (): void => unsent.splice(0).forEach((sent) => sent());
  /** How many reports a poll at this time sends, in milliseconds after the start. */
  const sentAt = (ms: number): number => {
    clock.now = START + ms;
    const before = reports.length;
    poll.poll();
    const count = reports.length - before;
    confirm();
    return count;
  };
  return { run, reports, clock, poll, confirm, sentAt };
}

it("the first report comes after half a second, the next within a third of the lease", (t) => {
  const { sentAt } = running(t);
  assert.deepEqual([sentAt(499), sentAt(500), sentAt(501)], [0, 1, 0]);
  assert.deepEqual([sentAt(500 + LEASE_MS / 3 - 1), sentAt(500 + LEASE_MS / 3)], [0, 1]);
});

it("what its handler says is reported once, at most once a second", (t) => {
  const { run, reports, sentAt } = running(t);
  run.progress(0.1);
  assert.deepEqual([sentAt(499), sentAt(500)], [0, 1]);
  run.progress(0.2);
  assert.deepEqual([sentAt(1499), sentAt(1500), sentAt(2500)], [0, 1, 0]);
  assert.deepEqual(
    reports.map(({ progress, leaseMs, requeued }) => [progress, leaseMs, requeued]),
    [
      [0.1, LEASE_MS, false],
      [0.2, LEASE_MS, false],
    ],
  );
});

it("no other report follows while one waits for the bus", (t) => {
  const { run, reports, clock, poll, confirm } = running(t);
  for (const ms of [500, 1500, 60_000]) {
    clock.now = START + ms;
    run.progress(0.5);
    poll.poll();
  }
  assert.equal(reports.length, 1);
  confirm();
  poll.poll();
  assert.equal(reports.length, 2);
});

it("a task that does not run is not reported, and a clock that is set back reports at once", (t) => {
  const { run, sentAt } = running(t);
  run.state = "sending";
  assert.equal(sentAt(60_000), 0);
  run.state = "running";
  assert.deepEqual([sentAt(60_000), sentAt(50_000), sentAt(50_001)], [1, 1, 0]);
});

it("a requeued task is reported only when it was before, and promises nothing", (t) => {
  const { run, reports, poll, sentAt } = running(t);
  poll.requeued(run);
  assert.equal(reports.length, 0);
  sentAt(500);
  poll.requeued(run);
  assert.deepEqual(
    reports.map(({ requeued, leaseMs, pid }) => [requeued, leaseMs, pid]),
    [
      [false, LEASE_MS, process.pid],
      [true, null, process.pid],
    ],
  );
});

it("polls by itself every half second, until it is closed", (t) => {
  const { reports, clock, poll, confirm } = running(t);
  clock.now = START + 500;
  t.mock.timers.tick(500);
  assert.equal(reports.length, 1);
  confirm();
  poll.close();
  clock.now += LEASE_MS;
  t.mock.timers.tick(LEASE_MS);
  assert.equal(reports.length, 1);
});

it("a command is reported with its process and its output", (t) => {
  const { run, reports, sentAt } = running(t);
  run.began({ pid: 7, log: "/logs/7.log" });
  sentAt(500);
  assert.deepEqual([reports[0]?.pid, reports[0]?.log, reports[0]?.worker], [7, "/logs/7.log", "load"]);
});
