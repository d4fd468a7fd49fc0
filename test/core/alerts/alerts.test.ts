import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { afterSummary, firstState, retryAt } from "../../../src/core/alerts/alert-cadence.ts";
import { ANY_ALERT, matchesAlert, matchesWildcard, type MatchedAlert } from "../../../src/core/alerts/alert-matcher.ts";
import { isRoutedTo } from "../../../src/core/alerts/alert-routes.ts";
import type { NotifiedAlert } from "../../../src/contract/api/notified-alert.ts";
import { summaryText } from "../../../src/core/alerts/alert-text.ts";
import { ALERT_TYPES, newAlert } from "../../../src/core/decide/new-alert.ts";
import { fc } from "../../support/seed.ts";

const ALERT: MatchedAlert = {
  type: "incomplete",
  severity: "warning",
  taskType: "load",
  job: "eu",
  workflow: "etl/f.toml",
  labels: "team=sales&team=all&cron=2026-03-01T00",
};
const ROUTE = { name: "ops", matcher: ANY_ALERT, minFrequency: 2000, maxFrequency: 8000, sendResolved: true };

describe("a pattern", () => {
  it("matches what the same regular expression matches", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (glob, input) => {
        const regular = new RegExp(`^${glob.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
        assert.equal(matchesWildcard(glob, input), regular.test(input), `${glob} on ${input}`);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a matcher", () => {
  it("matches everything when empty, else requires all its fields", () => {
    assert.equal(matchesAlert(ANY_ALERT, ALERT), true);
    const cases: [Partial<typeof ANY_ALERT>, boolean][] = [
      [{ alerts: ["retry_exhausted", "incomplete"] }, true],
      [{ alerts: ["retry_exhausted"] }, false],
      [{ types: ["lo*"], jobs: ["e?"] }, false],
      [{ types: ["lo*"], jobs: ["*"] }, true],
      [{ workflows: ["etl/*"] }, true],
      [{ severities: ["critical"] }, false],
      [{ labels: { team: "all" } }, true],
      [{ labels: { team: "s*", cron: "2026-03-*" } }, true],
      [{ labels: { team: "none" } }, false],
      [{ labels: { other: "*" } }, false],
    ];
    for (const [input, expected] of cases)
      assert.equal(matchesAlert({ ...ANY_ALERT, ...input }, ALERT), expected, JSON.stringify(input));
  });
});

describe("a route", () => {
  const names = new Set(["ops", "mail"]);
  const routed = { ...ALERT, cause: "", notify: [] as readonly string[] };
  it("receives what its rule or its matcher selects, and not its own failures", () => {
    assert.equal(isRoutedTo(ROUTE, routed, names), true);
    assert.equal(isRoutedTo(ROUTE, { ...routed, notify: ["mail"] }, names), false);
    assert.equal(isRoutedTo(ROUTE, { ...routed, notify: ["gone"] }, names), true);
    const deaf = { ...ROUTE, matcher: { ...ANY_ALERT, types: ["none"] } };
    assert.equal(isRoutedTo(deaf, { ...routed, notify: ["gone", "ops"] }, names), true);
    assert.equal(isRoutedTo(ROUTE, { ...routed, type: "send_failed", cause: "ops" }, names), false);
    assert.equal(isRoutedTo(ROUTE, { ...routed, type: "send_failed", cause: "mail" }, names), true);
  });
});

describe("the cadence", () => {
  it("doubles while alerts are pending, up to the maximum, and respects changed bounds", () => {
    let state = firstState(ROUTE, 0, 0);
    const intervals: number[] = [];
    for (const hadPending of [true, true, true, false, true]) {
      state = afterSummary(state, ROUTE, 1, hadPending, state.nextAt);
      intervals.push(state.intervalMs);
    }
    assert.deepEqual(intervals, [4000, 8000, 8000, 2000, 4000]);
    assert.equal(
      afterSummary(state, { ...ROUTE, minFrequency: 60_000, maxFrequency: 90_000 }, 1, true, 0).intervalMs,
      90_000,
    );
  });

  it("of attempts doubles too, and ends", () => {
    const failure = { retryable: true, retryAfter: null };
    const at = (attempts: number, now: number): number | null =>
      retryAt({ createdAt: 0, attempts }, failure, now, () => 0);
    assert.deepEqual([at(1, 0), at(2, 0), at(7, 0), at(30, 0), at(3, 299_000)], [1000, 2000, 60_000, 60_000, null]);
    assert.equal(
      retryAt({ createdAt: 0, attempts: 1 }, { ...failure, retryable: false }, 0, () => 0),
      null,
    );
    assert.equal(
      retryAt({ createdAt: 0, attempts: 1 }, failure, 0, () => 0.5),
      1200,
    );
  });
});

describe("a summary", () => {
  const told = (input: Partial<NotifiedAlert>): NotifiedAlert => ({
    id: 1,
    type: "retry_exhausted",
    severity: "critical",
    state: "open",
    resolved_at: null,
    task_type: "load",
    job: "",
    task_time: wallOf(0),
    workflow: "",
    message: "boom",
    count: 1,
    new_count: 1,
    first_seen: 0,
    last_seen: 0,
    open: 1,
    record_id: 7,
    recovered: false,
    ...input,
  });

  it("shows the message of an alert without a task, in one line", () => {
    const text = summaryText(
      [told({ task_type: "", type: "bus_down", message: "nsq\n is away" })],
      "h:1",
      "2026-01-01",
    );
    assert.match(text, /\nbus_down: +1 {2}nsq is away\n$/);
  });

  it("ends at fifty lines, and counts the others", () => {
    const many = Array.from({ length: 60 }, (_, n) => told({ task_type: `t${n}`, new_count: 2 }));
    const lines = summaryText(many, "h:1", "2026-01-01").split("\n");
    assert.equal(lines.length, 53);
    assert.match(lines.at(-2) ?? "", /^and 10 more: +20 {2}see the report$/);
  });

  it("has no link where no page exists, and names the command that lists the alerts", () => {
    const many = Array.from({ length: 60 }, (_, n) => told({ task_type: `t${n}`, new_count: 2 }));
    const lines = summaryText(many, null, "2026-01-01").split("\n");
    assert.equal(lines.length, 52);
    assert.match(lines[0] ?? "", /^t0: +2 /);
    assert.match(lines.at(-2) ?? "", /^and 10 more: +20 {2}flowlord alerts lists them$/);
  });
});

describe("an alert", () => {
  it("of each type has a severity that a phase's rule overrides", () => {
    for (const type of ALERT_TYPES) assert.match(newAlert(type, "").severity, /^(info|warning|critical)$/);
    assert.deepEqual(
      ALERT_TYPES.filter((type) => newAlert(type, "").atOnce),
      [
        "alert_result",
        "send_failed",
        "workflow_invalid",
        "config_invalid",
        "workflows_vanished",
        "clock_set_back",
        "database_down",
        "disk_full",
        "retention_begins",
        "database_restored",
        "restore_held",
      ],
    );
  });
});
