import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { maintenance } from "../../../src/app/care/maintenance.ts";
import { IntakeGate } from "../../../src/engine/maintenance/intake-gate.ts";
import { rigWith } from "../../engine/rig/drive.ts";
import { SILENT_LOG } from "../../../src/app/log/log.ts";

test("the disks of the database, its logs, its backups and temporary files are looked at before anything is taken in", async (t) => {
  const rig = await rigWith(t, "");
  const intake = new IntakeGate();
  const asked: string[] = [];
  const lines: string[] = [];
  const space = async (path: string) => {
    asked.push(path);
    return { free: 1e6, total: 10e9, device: asked.length };
  };
  const log = { ...SILENT_LOG, error: (_: string, line: string) => void lines.push(line) };
  const onProblem = (name: string, error: Error): void => assert.fail(`${name}: ${error.message}`);
  const upkeep = maintenance(rig.options, { context: rig.context, intake, space, onProblem, log });
  assert.deepEqual(upkeep.disks(), []);
  await upkeep.look();
  assert.equal(asked[0], rig.dir);
  assert.ok(asked.includes(rig.options.logs.dir) && asked.length >= 3);
  assert.notEqual(intake.reason, null);
  assert.match(lines.join(), /^Nothing is taken in any more: the disk of /);
  assert.ok(upkeep.disks().every(({ level }) => level === "full"));
  for (const service of upkeep.services) service.start();
  while (upkeep.services.some(({ lastRunAt }) => lastRunAt === null)) await setImmediate();
  await Promise.all(upkeep.services.map((service) => service.stop()));
  assert.deepEqual(
    upkeep.services.map(({ name, currentError }) => [name, currentError]),
    [
      ["disk", null],
      ["maintenance", null],
      ["free pages", null],
    ],
  );
});

test("a disk that cannot be looked at is a problem, and keeps nothing from starting", async (t) => {
  const rig = await rigWith(t, "");
  const intake = new IntakeGate();
  const problems: string[] = [];
  const upkeep = maintenance(rig.options, {
    context: rig.context,
    intake,
    space: () => Promise.reject(new Error("the disk does not answer")),
    onProblem: (name, error) => void problems.push(`${name}: ${error.message}`),
    log: SILENT_LOG,
  });
  await upkeep.look();
  assert.deepEqual([problems, intake.reason], [["disk: the disk does not answer"], null]);
});

test("the disks of this machine have space", async (t) => {
  const rig = await rigWith(t, "");
  const intake = new IntakeGate();
  const onProblem = (name: string, error: Error): void => assert.fail(`${name}: ${error.message}`);
  const options = { ...rig.options, sqlite: { ...rig.options.sqlite, disk: { alert: 1, stop: 1 } } };
  const upkeep = maintenance(options, { context: rig.context, intake, onProblem, log: SILENT_LOG });
  await upkeep.look();
  const [database] = upkeep.disks();
  assert.ok(database !== undefined && database.total > database.free && database.free > 0 && database.level === "ok");
});
