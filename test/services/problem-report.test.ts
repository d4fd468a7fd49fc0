import assert from "node:assert/strict";
import { it } from "node:test";
import { ErrorReport } from "../../src/services/error-report.ts";

it("a problem is told once a minute, with how often it came since", () => {
  const lines: string[] = [];
  let now = Date.UTC(2026, 0, 1);
  const report = new ErrorReport(
    (where, sentence, repeated) => lines.push(`${where}: ${sentence} (${repeated})`),
    () => now,
  );
  report.report("outbox", "no bus");
  report.report("outbox", "no bus");
  report.report("ticks", "no bus");
  now += 59_999;
  report.report("outbox", "no bus");
  now += 1;
  report.report("outbox", "no bus");
  now += 60_000;
  report.report("outbox", "no bus");
  assert.deepEqual(lines, ["outbox: no bus (0)", "ticks: no bus (0)", "outbox: no bus (2)", "outbox: no bus (0)"]);
});

it("problems that are all different are all told, and not remembered for ever", () => {
  const lines: string[] = [];
  const report = new ErrorReport(
    (where) => lines.push(where),
    () => 0,
  );
  for (let n = 0; n < 2500; n++) report.report("worker", `task ${n}`);
  assert.equal(lines.length, 2500);
});
