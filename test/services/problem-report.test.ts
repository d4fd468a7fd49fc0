import assert from "node:assert/strict";
import { it } from "node:test";
import { ErrorReport } from "../../src/services/error-report.ts";

it("a problem is told once a minute, with how often it came since", () => {
  const lines: string[] = [];
  let now = Date.UTC(2026, 0, 1);
  const report = new ErrorReport(
    (line) => lines.push(line),
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
  assert.deepEqual(lines, [
    "2026-01-01T00:00:00.000Z outbox: no bus",
    "2026-01-01T00:00:00.000Z ticks: no bus",
    "2026-01-01T00:01:00.000Z outbox: no bus (repeated 2 times since)",
    "2026-01-01T00:02:00.000Z outbox: no bus",
  ]);
});

it("problems that are all different are all told, and not remembered for ever", () => {
  const lines: string[] = [];
  const report = new ErrorReport(
    (line) => lines.push(line),
    () => 0,
  );
  for (let n = 0; n < 2500; n++) report.report("worker", `task ${n}`);
  assert.equal(lines.length, 2500);
});
