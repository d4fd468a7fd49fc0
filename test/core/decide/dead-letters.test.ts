import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MessageError } from "../../../src/contract/message-error.ts";
import { letterAlerts, missedTick, nameLetter, ruleErrorOf } from "../../../src/core/decide/dead-letters.ts";
import { NO_EFFECTS } from "../../../src/core/decide/effects.ts";
import { decision, NOW } from "../../store/factories.ts";

describe("a message that is refused", () => {
  it("is stored with the code and the sentence of its error", () => {
    assert.deepEqual(ruleErrorOf(new MessageError("no_type", "a task has a type")), {
      code: "no_type",
      reason: "a task has a type",
    });
  });

  it("is stored as an internal error when anything else was thrown", () => {
    for (const [thrown, said] of [
      [new TypeError("x is undefined"), "TypeError: x is undefined"],
      ["just text", "just text"],
    ]) {
      const { code, reason } = ruleErrorOf(thrown);
      assert.equal(code, "internal_error");
      assert.ok(reason.includes(`(${String(said)})`), reason);
    }
  });
});

it("each decision of a stored message names its dead letter beside its own data", () => {
  const effects = { ...NO_EFFECTS, decisions: [decision({ data: { result: "done" } }), decision()] };
  assert.deepEqual(
    nameLetter(effects, 7).decisions.map(({ data }) => data),
    [{ result: "done", dead_letter: 7 }, { dead_letter: 7 }],
  );
  assert.deepEqual(effects.decisions[1]?.data, {});
});

it("a tick whose decision throws leaves a decision that names it and the error, and an alert", () => {
  const { decisions, alerts } = missedTick({ phaseId: 4, scheduledAt: NOW }, new Error("no"), "UTC");
  const [{ code, phaseId, taskTime, data } = assert.fail()] = decisions;
  assert.deepEqual([code, phaseId, taskTime, data["scheduled_at"]], ["tick_missed", 4, null, NOW]);
  assert.match(String(data["error"]), /Error: no/);
  assert.deepEqual(
    alerts.map(({ type }) => type),
    ["schedule_missed"],
  );
  assert.match(alerts[0]?.message ?? "", /phase 4 made no task at .*Error: no/);
});

it("dead letters of one topic and code are one alert with a count and the newest reason", () => {
  const deadLetter = (topic: string, code: string, reason: string) => ({ topic, code, reason });
  const alerts = letterAlerts([
    deadLetter("done", "bad_json", "first"),
    deadLetter("files", "bad_json", "other"),
    deadLetter("done", "bad_json", "second"),
    deadLetter("done", "no_type", "third"),
  ]);
  assert.deepEqual(
    alerts.map(({ alert, times }) => [alert.cause, times, alert.message.split(": ")[1]]),
    [
      ["done bad_json", 2, "second"],
      ["files bad_json", 1, "other"],
      ["done no_type", 1, "third"],
    ],
  );
  assert.deepEqual(letterAlerts([]), []);
});
