import assert from "node:assert/strict";
import { SILENT_LOG } from "../../src/app/log/log.ts";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { statusOf } from "../../src/app/status.ts";
import { watchdog } from "../../src/app/watchdog.ts";
import { reasons, type StatusReport } from "../../src/http/status-report.ts";
import { Loop } from "../../src/services/loop.ts";
import type { Service } from "../../src/services/service.ts";

function service(name: string, busySince: number | null): Service {
  return { name, busySince, lastRunAt: null, currentError: null, start: () => {}, stop: async () => {} };
}

/** The status of an instance with these services, in which all else works. */
function statusWith(services: readonly Service[], now: number, dueSince: number | null = null): StatusReport {
  const buses = { own: { health: () => ({ state: "connected", reason: null, inFlight: 0 }) } };
  const store = { health: () => ({ ok: true, reason: null }) };
  type Of = Parameters<typeof statusOf>[0];
  const parts = { buses: buses as unknown as Of["buses"], store: store as unknown as Of["store"] };
  return statusOf({ ...parts, scheduler: { dueSince }, services, intake: { reason: null }, disks: [] }, now);
}

function reasonOf(services: readonly Service[], now: number, dueSince: number | null = null): string | null {
  return statusWith(services, now, dueSince).scheduler.reason;
}

test("a turn of 30 seconds is named in the status, and late ticks are while they are being decided", () => {
  const services = [service("idle", null), service("ticks", 1000)];
  assert.equal(reasonOf(services, 30_999), null);
  assert.equal(reasonOf(services, 31_000), "ticks: a turn has lasted 30 seconds");
  assert.equal(reasonOf([], 31_000, 1000), null);
  assert.equal(reasonOf([], 31_001, 1000), "ticks are 30 seconds behind");
});

test("a service that works less well than it could is named, and the status stays well", () => {
  const slow = { ...service("watch-files", null), degraded: "the folder is scanned every 5 s" };
  const report = statusWith([service("ticks", null), slow], 0);
  assert.deepEqual(report.degraded, [{ name: "watch-files", reason: "the folder is scanned every 5 s" }]);
  assert.deepEqual(reasons(report), []);
});

test("a turn that does not end is printed once, and when it ended", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  const lines: string[] = [];
  const done = Promise.withResolvers<null>();
  const clock = { now: () => now, onProblem: () => {} };
  const hanging = new Loop({ ...clock, name: "ticks", atLeastEveryMs: 1e9, run: () => done.promise });
  const dog = watchdog([hanging, service("idle", null)], {
    ...clock,
    log: { ...SILENT_LOG, error: (_, line) => lines.push(line), info: (_, line) => lines.push(line) },
  });
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
  };
  hanging.start();
  await turns();
  dog.start();
  for (const at of [5_000, 31_000, 36_000]) {
    now = at;
    t.mock.timers.tick(5000);
    await turns();
  }
  assert.deepEqual(lines, ["ticks: a turn has lasted 31 seconds and has not ended."]);
  assert.equal(hanging.busySince, 0);
  done.resolve(null);
  await turns();
  now = 41_000;
  t.mock.timers.tick(5000);
  await turns();
  assert.deepEqual([lines.slice(1), hanging.busySince], [["ticks: the turn has ended."], null]);
  await Promise.all([dog.stop(), hanging.stop()]);
});
