import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { planSegments } from "../../../src/core/backup/plan-segments.ts";
import { readSegmentKey, segmentFile, segmentKey } from "../../../src/core/backup/segment-key.ts";

const EPOCH = "0198a1b2-c3d4-4e5f-8a9b-0123456789ab";
const OTHER = "0198a1b2-c3d4-4e5f-8a9b-0123456789ac";

function found(...numbers: readonly number[]) {
  return numbers.map((number) => ({ epoch: EPOCH, number, at: number * 1000 }));
}

function plan(segments: ReturnType<typeof found>, at: number | null, range = { after: 3, through: 5 }) {
  const { segments: chosen, problem } = planSegments(segments, { epoch: EPOCH, ...range }, at);
  return [chosen.map(({ number }) => number), problem];
}

describe("the segments that go on from a backup", () => {
  test("are all after its copy, whatever their order, and of its own row alone", () => {
    const others = found(4, 5, 6).map((each) => ({ ...each, epoch: OTHER }));
    assert.deepEqual(plan([...others, ...found(9, 2, 3, 4, 8, 7, 6, 5, 1)], null), [[4, 5, 6, 7, 8, 9], null]);
  });

  test("end at the moment", () => {
    assert.deepEqual(plan(found(4, 5, 6, 7, 8), 6500), [[4, 5, 6], null]);
    assert.deepEqual(plan(found(4, 5, 6, 7, 8), 6000), [[4, 5, 6], null]);
  });

  test("are none when they end within what its copy has: its pages may be newer", () => {
    assert.deepEqual(plan(found(4, 5, 6), 4500), [[], null]);
    assert.deepEqual(plan(found(4), null), [[], null]);
    assert.deepEqual(plan(found(4), null, { after: 3, through: 3 }), [[4], null]);
    assert.deepEqual(plan([], null), [[], null]);
  });

  test("end before one that is missing, which is said", () => {
    assert.deepEqual(plan(found(4, 5, 6, 8, 9), null), [
      [4, 5, 6],
      `segment 7 of ${EPOCH} is not there, but later ones are`,
    ]);
    assert.deepEqual(plan(found(5, 6), null), [[], `segment 4 of ${EPOCH} is not there, but later ones are`]);
    assert.deepEqual(plan(found(4, 5, 6, 8, 9), 6500), [[4, 5, 6], null], "not before the moment");
  });

  test("end before two of one number, of which neither can be told to be the right one", () => {
    const twice = [...found(4, 5, 6, 7), { epoch: EPOCH, number: 6, at: 6001 }];
    assert.deepEqual(plan(twice, null), [
      [4, 5],
      `there are two segments 6 of ${EPOCH}: a copy of the instance has made one of them`,
    ]);
  });
});

describe("the name of a segment", () => {
  for (const isEncrypted of [false, true])
    test(`is read as it was written${isEncrypted ? ", encrypted" : ""}`, () => {
      const name = { at: Date.UTC(2026, 0, 31, 4, 5, 6, 7), epoch: EPOCH, number: 12 };
      const file = segmentFile(name, isEncrypted);
      assert.deepEqual(readSegmentKey(file), { ...name, isEncrypted });
      assert.deepEqual(readSegmentKey(segmentKey(file)), { ...name, isEncrypted });
      assert.match(segmentKey(file), /^segments\/20260131T04\/20260131T040506\.007Z-/);
    });

  test("sorts by time, then by number", () => {
    const names = [
      { at: 1_000_000_000_000, number: 99 },
      { at: 1_000_000_000_000, number: 100 },
      { at: 1_000_000_000_001, number: 5 },
      { at: 1_800_000_000_000, number: 1 },
    ].map((each) => segmentKey(segmentFile({ ...each, epoch: EPOCH }, false)));
    assert.deepEqual(names.toReversed().toSorted(), names);
  });

  test("is no other", () => {
    const good = segmentFile({ at: 0, epoch: EPOCH, number: 1 }, false);
    for (const other of [`x${good}`, `${good}.unfinished`, good.replace("Z-", "-"), "state.json", ""])
      assert.equal(readSegmentKey(other), null, other);
  });
});
