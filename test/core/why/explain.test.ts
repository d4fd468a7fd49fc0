import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { explain } from "../../../src/core/why/explain.ts";
import { attemptText, spanText, taskTimeText } from "../../../src/core/why/phrases.ts";

const phase = { task: "a", workflow: "flow.toml" };

function say(code: string, data: Record<string, unknown>): string {
  return explain({ code, phase, task_time: null, data }, "UTC");
}

test("a decision of an earlier version, with less data, has a sentence too", () => {
  const cases: readonly [code: string, data: Record<string, unknown>, sentence: string][] = [
    ["child_started", { parent: "b" }, "started because `b` completed"],
    ["child_started", { parent: "b", require: ["k"] }, "started because `b` completed; its meta has k as required"],
    [
      "child_started",
      { parent: "b", join: "b, c" },
      "started because `b` completed, and with it all that `join=all` asks for: b, c",
    ],
    ["tick_fired", { scheduled_at: 0 }, "started because the schedule of a was due at 1970-01-01 00:00:00Z"],
    [
      "tick_fired",
      { scheduled_at: 0, cron: "0 5 * * *", zone: "Europe/Berlin" },
      "started because the schedule `0 5 * * *` (Europe/Berlin) of a was due at 1970-01-01 00:00:00Z",
    ],
    ["tick_skipped", { reason: "the phase is gone" }, "not started: the phase is gone"],
    ["tick_missed", {}, "some ticks of a passed while Flowlord was down; `catchup = none` skips them"],
    ["require_missing", { missing: ["k"] }, "a not started: the meta of its parent lacks k, which `require` asks for"],
    ["join_waiting", { waiting_for: ["b", "c"] }, "a not started yet: `join=all` waits for b and c"],
    [
      "retry_scheduled",
      { attempt: 1, of: 2, delay_ms: 1000, error: "" },
      "retry as attempt 2 of 3, 1.0 s after the error",
    ],
    ["result_recorded", { result: "complete" }, "result complete recorded; nothing follows from it"],
    ["late_result", { result: "error" }, "error of an earlier attempt came late: recorded, nothing follows from it"],
    [
      "held",
      {},
      "made because the schedule of a was due; it waits for a slot, because a has as many unfinished tasks as it may have",
    ],
    ["a_code_of_tomorrow", {}, "a code of tomorrow"],
  ];
  for (const [code, data, sentence] of cases) assert.equal(say(code, data), sentence);
});

test("text from a message stays short and on one line", () => {
  const reason = say("child_started", { parent: "b", require: { k: `x\n${"y".repeat(1000)}` } });
  assert.doesNotMatch(reason, /\n/);
  assert.ok(reason.length < 400);
  const files = Array.from({ length: 1000 }, (_, n) => `/in/${n}`);
  assert.equal(
    say("file_matched", { files, pattern: "/in/*" }),
    "started because /in/0, /in/1, /in/2, /in/3, /in/4 and 995 more match `/in/*` of a",
  );
});

test("each case of a result that starts nothing has its reason", () => {
  const cases: readonly [because: string, sentence: RegExp][] = [
    ["no_workflow", /its meta names no workflow, so no phase can depend on it$/],
    ["no_child", /no phase of its workflow depends on it$/],
    ["none_started", /phases depend on it, but none was started$/],
    ["alert", /an alert raised; only complete starts children/],
  ];
  for (const [because, sentence] of cases)
    assert.match(say("result_recorded", { result: "complete", because }), sentence);
});

test("spans and task times are written as people write them", () => {
  const spans: readonly [unknown, string][] = [
    [0, "0 ms"],
    [999, "999 ms"],
    [1500, "1.5 s"],
    [59_400, "59 s"],
    [61_000, "1m 01s"],
    [3_600_000, "1h 00m"],
    [90_061_000, "1d 01h"],
    ["soon", "soon"],
  ];
  for (const [value, text] of spans) assert.equal(spanText(value), text);
  assert.equal(taskTimeText(wallOf(Date.UTC(2026, 0, 31, 5))), "2026-01-31T05");
  assert.equal(taskTimeText(wallOf(Date.UTC(2026, 0, 31))), "2026-01-31T00");
  assert.equal(taskTimeText(wallOf(Date.UTC(2026, 0, 31, 5, 30))), "2026-01-31T05:30");
  assert.equal(taskTimeText(wallOf(Date.UTC(2026, 0, 31, 5, 30, 7))), "2026-01-31T05:30:07");
});

test("attempts are counted from one, with their maximum", () => {
  const texts: readonly [attempt: unknown, retries: unknown, text: string][] = [
    [0, 2, "1 of 3"],
    [2, 2, "3 of 3"],
    // The phase has fewer retries since.
    [3, 1, "4 of 4"],
    [1, null, "2"],
    ["many", 2, "many"],
  ];
  for (const [attempt, retries, text] of texts) assert.equal(attemptText(attempt, retries), text);
});

test("what follows from a resume or a cancelled backfill names the person and the reason, as far as they are known", () => {
  const cases: readonly [code: string, data: Record<string, unknown>, sentence: string][] = [
    ["released", { resumed_at: 1, by: "ann", reason: "moved" }, "sent: ann resumed a: moved"],
    ["released", { resumed_at: 1, by: "ann" }, "sent: ann resumed a"],
    ["released", { resumed_at: 1 }, "sent: the pause of a ended"],
    ["released", {}, "sent: a slot of a became free, or it needs none any more"],
    ["phase_resumed", { by: "ann", reason: "moved" }, "a was resumed by ann: moved"],
    ["phase_resumed", { by: "ann", reason: "" }, "a was resumed by ann"],
    ["backfill_cancelled", { backfill: 3, was: "waiting" }, "cancelled with backfill 3: it was waiting"],
    [
      "backfill_cancelled",
      { backfill: 3, was: "waiting", by: "ann", reason: "moved" },
      "cancelled with backfill 3 (ann: moved): it was waiting",
    ],
  ];
  for (const [code, data, sentence] of cases) assert.equal(say(code, data), sentence);
});
