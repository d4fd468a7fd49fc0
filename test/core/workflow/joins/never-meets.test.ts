import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseWorkflowFile } from "../../../../src/core/workflow/workflow-file.ts";

const NOW = Date.UTC(2026, 10, 24);

/** The warning about `sum`, a join of these phases in TOML keys by name; null: none. */
function warning(
  parents: Readonly<Record<string, string>>,
  dependsOn = Object.keys(parents).join(", "),
): string | null {
  const phases = Object.entries(parents).map(([task, keys]) => `[[phase]]\ntask = "${task}"\n${keys}\n`);
  const join = `[[phase]]\ntask = "sum"\ndependsOn = "${dependsOn}"\njoin = "all"\n`;
  const { issues } = parseWorkflowFile("a.toml", phases.join("") + join, { zone: "UTC", now: NOW });
  return issues.find(({ code }) => code === "join_never_meets")?.message ?? null;
}

const cron = (text: string, more = "") => `cron = "${text}"\n${more}`;
const BERLIN = 'timezone = "Europe/Berlin"';

describe("a join whose parents have schedules", () => {
  it("that share no instant never starts, and check names both", () => {
    assert.equal(
      warning({ a: cron("0 5 * * *"), b: cron("0 6 * * *") }),
      "sum never starts: its parents come of no common phase, and their tasks are never about the same instant: " +
        "a comes at 0 5 * * * (UTC), b comes at 0 6 * * * (UTC).",
    );
    for (const [a, b] of [
      [cron("*/15 * * * *"), cron("7 * * * *")],
      [cron("0 0 * * 1"), cron("0 0 * * 2")],
      [cron("0 5 * * *"), cron("0 5 * * *", 'offset = "-1d"').replace("0 5", "30 5")],
      [cron("0 5 * * *"), cron("0 5 * * *", BERLIN)],
      [cron("0 5 * * *", 'offset = "-30m"'), cron("0 5 * * *")],
      [cron("0 5 * * *", 'for = "-3d"\nby = "day"'), cron("0 4 * * *")],
    ] as const)
      assert.ok(warning({ a, b }) !== null, `${a} and ${b}`);
  });

  it("is found behind what leads to a parent, and among three", () => {
    const via = { a: cron("0 5 * * *"), b: cron("0 6 * * *"), c: 'dependsOn = "b"' };
    assert.match(warning(via, "a, c") ?? "", /a comes at 0 5 \* \* \* \(UTC\), c comes at b: 0 6 \* \* \* \(UTC\)\.$/);
    const three = { a: cron("0 0-1 * * *"), b: cron("0 1-2 * * *"), c: cron("0 0,2 * * *") };
    assert.match(warning(three) ?? "", /a comes .*b comes .*c comes /);
  });

  it("that meet at times starts then", () => {
    for (const [a, b] of [
      [cron("0 5 * * *"), cron("0 5 * * 1")],
      [cron("0 5 * * *"), cron("0 6 * * *", 'offset = "-1h"')],
      [cron("0 5 * * *"), cron("0 5 * * *", 'offset = "-1d"')],
      [cron("0 5 * * *"), cron("0 6 * * *", BERLIN)],
      [cron("0 0 29 2 *"), cron("@daily")],
      [cron("0 0 1 * *"), cron("0 0 1 * *", 'offset = "-1mo"')],
      [cron("*/7 * * * *"), cron("5 * * * *")].map((one) => one.replace("5 *", "35 *")),
    ] as const)
      assert.equal(warning({ a: a ?? "", b: b ?? "" }), null, `${a} and ${b}`);
  });

  it("and others is not known beforehand", () => {
    const a = cron("0 5 * * *");
    assert.equal(warning({ a, b: 'files = "/in/*"' }), null);
    assert.equal(warning({ a, b: cron("0 6 * * *", 'files = "/in/*"') }), null);
    assert.equal(warning({ a, b: "" }), null, "by hand");
    assert.equal(warning({ a, b: cron("@every 7m") }), null);
    assert.equal(warning({ a }, "a, elsewhere"), null);
    assert.equal(warning({ a, b: 'dependsOn = "elsewhere"' }), null);
    assert.equal(warning({ root: a, a: 'dependsOn = "root"', b: 'dependsOn = "root"' }, "a, b"), null);
    assert.equal(warning({ a, b: cron("0 0 31 2 *") }), null, "cron_never says it");
  });

  it("of any minute is compared in time", () => {
    const begun = performance.now();
    assert.equal(warning({ a: cron("* * * * *"), b: cron("30 * * * * *") }), null, "not over the whole span");
    assert.ok(warning({ a: cron("1 * * * *"), b: cron("2 * * * *") }) !== null);
    assert.ok(performance.now() - begun < 10_000);
  });
});
