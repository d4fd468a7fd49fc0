import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { logCleaning } from "../../src/app/log-cleaning.ts";
import { SILENT_LOG } from "../../src/app/log/log.ts";
import { loadConfig } from "../../src/config/load-config.ts";
import { DAY, MINUTE } from "../../src/contract/time/time-units.ts";
import { logFolder, logTask, NOW, writeLog } from "../task-logs/fixture.ts";

test("the service deletes old logs a minute after its start, says how many, and counts them", async (t) => {
  const dir = logFolder(t);
  const { options } = loadConfig({
    file: "flowlord.toml",
    env: {},
    flags: new Map(),
    readFile: () => `log_dir = "${dir}"\nlog_retention = "1d"\n`,
    cwd: "/",
  });
  const old = writeLog(dir, logTask({ id: "old" }), "12345", ".log", NOW - 2 * DAY);
  const young = writeLog(dir, logTask({ id: "young" }), "x", ".log", NOW);
  let now = NOW;
  let counted = 0;
  const said = Promise.withResolvers<readonly unknown[]>();
  const service = logCleaning(options, {
    open: () => [],
    fates: null,
    onDeleted: (files) => (counted += files),
    now: () => now,
    onProblem: (_, error) => assert.fail(error),
    log: { ...SILENT_LOG, info: (...line) => said.resolve(line) },
  });
  service.start();
  await service.stop();
  assert.equal(existsSync(old), true);
  now += MINUTE;
  service.start();
  assert.deepEqual(await said.promise, ["logs", "Deleted 1 log of tasks.", { files: 1, bytes: 5 }]);
  await service.stop();
  assert.deepEqual([existsSync(old), existsSync(young), counted], [false, true, 1]);
});
