import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StoredTask } from "../../../src/core/decide/effects.ts";
import { isFirstReport, matchRecord } from "../../../src/core/decide/match-record.ts";
import { doneMessage } from "../../store/factories.ts";

function stored(recordId: number, input: Partial<StoredTask> = {}): StoredTask {
  const task = {
    state: "queued",
    result: "",
    attempt: 0,
    created: null,
    phaseId: 1,
    holdsSlot: false,
    closed: false,
  } as const;
  return { recordId, firstAttemptId: recordId, ...task, ...input };
}

const META = new Map([["workflow", ["sales.toml"]]]);

describe("which record a result answers", () => {
  it("is the one whose attempt the message names, in any state", () => {
    const found = [stored(1, { state: "finished" }), stored(2, { attempt: 1, firstAttemptId: 1 })];
    assert.equal(matchRecord(doneMessage({}, { attempt: 0, meta: META }), found).record?.recordId, 1);
    assert.equal(matchRecord(doneMessage({}, { attempt: 1, meta: META }), found).record?.recordId, 2);
  });

  it("is none when the named attempt is missing, but the first attempt of the task is known", () => {
    const found = [stored(9, { attempt: 1, firstAttemptId: 4 })];
    const { record, firstAttemptId } = matchRecord(doneMessage({}, { attempt: 3, meta: META }), found);
    assert.deepEqual([record, firstAttemptId], [null, 4]);
    assert.deepEqual(matchRecord(doneMessage(), []), { record: null, candidates: [], firstAttemptId: null });
  });

  it("is attempt 0 for a meta without a retry, and the unfinished one without any meta", () => {
    const found = [stored(1, { state: "finished", result: "error" }), stored(2, { attempt: 1, firstAttemptId: 1 })];
    assert.equal(matchRecord(doneMessage({}, { meta: META }), found).record?.recordId, 1);
    assert.equal(matchRecord(doneMessage(), found).record?.recordId, 2);
  });

  it("is a sent and unfinished one first, then a finished one, and one that was not sent last", () => {
    const found = [
      stored(1, { state: "waiting", attempt: 3 }),
      stored(2, { state: "finished", attempt: 2 }),
      stored(3, { state: "cancelled", attempt: 1 }),
      stored(4, { state: "overdue" }),
      stored(5, { state: "queued" }),
      stored(6, { state: "queued", attempt: 1 }),
    ];
    const { candidates } = matchRecord(doneMessage(), found);
    assert.deepEqual(
      candidates.map((one) => one.recordId),
      [6, 5, 4, 2, 3, 1],
    );
  });

  it("considers the 50 likeliest and does not change its input", () => {
    const found = Array.from({ length: 60 }, (_, index) => stored(index + 1));
    const { candidates } = matchRecord(doneMessage(), found);
    assert.deepEqual([candidates.length, candidates[0]?.recordId, candidates.at(-1)?.recordId], [50, 60, 11]);
    assert.equal(found[0]?.recordId, 1);
  });
});

it("a message is the first report of a task only while its first attempt is in flight and no retry is", () => {
  assert.equal(isFirstReport(stored(1), null), true);
  assert.equal(isFirstReport(null, null), false);
  assert.equal(isFirstReport(stored(1, { state: "overdue" }), null), false);
  assert.equal(isFirstReport(stored(2, { attempt: 1, firstAttemptId: 1 }), null), false);
  assert.equal(isFirstReport(stored(1), stored(2, { attempt: 1, firstAttemptId: 1 })), false);
});
