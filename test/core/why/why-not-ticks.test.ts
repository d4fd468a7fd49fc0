import { digitsOf, wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { tickTaskTime } from "../../../src/core/decide/on-tick.ts";
import type { Phase } from "../../../src/core/workflow/phase.ts";
import { ticksAbout } from "../../../src/core/why/why-not-ticks.ts";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";
import { fc } from "../../support/seed.ts";

function phaseWith(rule: Readonly<Record<string, string>>): Phase {
  const lines = Object.entries(rule).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const source = `[[phase]]\ntask = "a"\n${lines.join("\n")}\n`;
  const [phase] = parseWorkflowFile("flow.toml", source, { zone: "UTC", now: Date.UTC(2026, 0, 1) }).phases;
  return phase ?? assert.fail(source);
}

const cron = fc
  .tuple(fc.integer({ min: 0, max: 59 }), fc.constantFrom("*", "*/6", "2", "23"), fc.constantFrom("*", "1", "*/2"))
  .map(([minute, hour, day]) => `${minute} ${hour} ${day} * *`);
const zone = fc.constantFrom("UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe");
const offset = fc.constantFrom("0s", "-1h", "-24h", "90m", "30m", "-45m");
const year = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 1) });

test("the ticks about a task time include its own tick, also where clocks change", () => {
  fc.assert(
    fc.property(cron, zone, offset, year, (expression, timezone, off, since) => {
      const phase = phaseWith({ cron: expression, timezone, offset: off });
      const tick = phase.rule.cron?.next(since) ?? assert.fail("no tick");
      const time = tickTaskTime(phase, tick, "UTC") ?? assert.fail("no time");
      const about = ticksAbout(phase, time, "UTC");
      assert.ok(
        about.includes(tick),
        `${new Date(tick).toISOString()} is not about ${new Date(digitsOf(time)).toISOString()}`,
      );
      assert.ok(about.every((one) => tickTaskTime(phase, one, "UTC") === time));
    }),
    { numRuns: 300 },
  );
});

test("a batch covers the hours of its span, before or after its tick", () => {
  const hour = 3_600_000;
  const tick = Date.UTC(2026, 5, 1, 6);
  const forwards = phaseWith({ cron: "0 6 * * *", for: "3h", by: "hour" });
  const backwards = phaseWith({ cron: "0 6 * * *", for: "-48h", by: "day" });
  for (const [hours, expected] of [
    [0, true],
    [3, true],
    [4, false],
    [-1, false],
  ] as const)
    assert.equal(ticksAbout(forwards, wallOf(tick + hours * hour), "UTC").includes(tick), expected, String(hours));
  assert.deepEqual(
    ticksAbout(backwards, wallOf(tick - 24 * hour), "UTC").map((one) => (one - tick) / hour),
    [-24, 0, 24],
  );
});

test("a schedule of every second is scanned no further than necessary", () => {
  const phase = phaseWith({ cron: "* * * * * *" });
  assert.equal(ticksAbout(phase, wallOf(Date.UTC(2026, 5, 1, 6)), "UTC").length, 5);
});
