import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { joinsThatNeverMeet } from "../../../../src/core/workflow/joins/never-meets.ts";
import type { Phase } from "../../../../src/core/workflow/phase.ts";
import { parseWorkflowFile } from "../../../../src/core/workflow/workflow-file.ts";

const NOW = Date.UTC(2026, 10, 24);

function source(parents: Readonly<Record<string, string>>, dependsOn = Object.keys(parents).join(", ")): string {
  const phases = Object.entries(parents).map(([task, keys]) => `[[phase]]\ntask = "${task}"\n${keys}\n`);
  return `${phases.join("")}[[phase]]\ntask = "sum"\ndependsOn = "${dependsOn}"\njoin = "all"\n`;
}

/** The warning about `sum`, a join of these phases in TOML keys by name; null: none. */
function warning(parents: Readonly<Record<string, string>>, dependsOn?: string): string | null {
  const { issues } = parseWorkflowFile("a.toml", source(parents, dependsOn), { zone: "UTC", now: NOW });
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

  it("that a clock change moves meets there, also with an offset in days or months", () => {
    // 02:30 does not exist in Berlin on 28 March 2027: a task about it is about 03:30.
    const b = cron("30 3 28 3 *", BERLIN);
    assert.equal(warning({ a: cron("30 2 * * *", `offset = "+1d"\n${BERLIN}`), b }), null);
    assert.equal(warning({ a: cron("30 2 28 * *", `offset = "+1mo"\n${BERLIN}`), b }), null);
  });

  it("of several phases that lead to one parent meets where any does", () => {
    const a = cron("0 5 * * *");
    const via = 'dependsOn = "b, d"';
    assert.equal(warning({ a, b: cron("0 6 * * *"), d: cron("0 5 * * *"), c: via }, "a, c"), null);
    assert.equal(warning({ a, b: cron("0 6 * * *"), d: cron("@every 7m"), c: via }, "a, c"), null);
    assert.equal(warning({ a, b: cron("0 6 * * *", 'dependsOn = "elsewhere"') }), null);
  });

  it("of any minute is compared over a bounded number of ticks", () => {
    assert.equal(warning({ a: cron("* * * * *"), b: cron("30 * * * * *") }), null, "not over the whole span");
    assert.ok(warning({ a: cron("1 * * * *"), b: cron("2 * * * *") }) !== null);
    const [ticks, found] = compared({ a: cron("* * * * *"), b: cron("30 * * * * *") });
    assert.equal(found, 0);
    assert.ok(ticks > 1000 && ticks <= 30_002, `${ticks} ticks`);
  });
});

/** How many ticks are compared, and how many joins never start. */
function compared(parents: Readonly<Record<string, string>>): readonly [ticks: number, found: number] {
  let ticks = 0;
  const { phases } = parseWorkflowFile("a.toml", source(parents), { zone: "UTC", now: NOW });
  const counted = phases.map((phase): Phase => {
    const { cron: own } = phase.rule;
    if (own === null) return phase;
    const next: typeof own.next = (after) => {
      ticks += 1;
      return own.next(after);
    };
    return { ...phase, rule: { ...phase.rule, cron: { ...own, next } } };
  });
  const found = joinsThatNeverMeet(counted, NOW, "UTC");
  return [ticks, found.size];
}
