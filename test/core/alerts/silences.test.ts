import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ANY_ALERT } from "../../../src/core/alerts/alert-matcher.ts";
import { silenceDecider, type LastingSilence, type SilenceableAlert } from "../../../src/core/alerts/silences.ts";

const NOW = 1_000_000;
const decider = silenceDecider(NOW);

function silence(id: number, input: Partial<LastingSilence> = {}): LastingSilence {
  return {
    id,
    alertId: null,
    matcher: ANY_ALERT,
    startsAt: NOW - 10,
    endsAt: NOW + 1000,
    author: "ann",
    reason: "upgrade",
    removedAt: null,
    removedBy: "",
    checkedThroughId: 0,
    state: "in_force",
    ...input,
  };
}

function alert(id: number, taskType = "fetch"): SilenceableAlert {
  return { id, type: "incomplete", severity: "warning", taskType, job: "", workflow: "", labels: "" };
}

const FETCH = { ...ANY_ALERT, types: ["fetch"] };

describe("the state of a silence", () => {
  it("is planned until it starts, covers alerts while it is in force, and ends at its time or when a person ends it", () => {
    const { turns, nextAt } = decider.turns([
      silence(1, { startsAt: NOW + 5, state: "planned" }),
      silence(2, { startsAt: NOW, state: "planned" }),
      silence(3, { endsAt: NOW + 400 }),
      silence(4, { endsAt: NOW }),
      silence(5, { removedAt: NOW - 1 }),
      // Withdrawn before it began.
      silence(6, { startsAt: NOW + 5, removedAt: NOW - 1, state: "planned" }),
    ]);
    assert.deepEqual(
      turns.map(({ silence: { id }, kind, isSure }) => [id, kind, isSure]),
      [
        [2, "cover", true],
        [3, "cover", false],
        [4, "end", true],
        [5, "end", true],
        [6, "end", true],
      ],
    );
    assert.equal(nextAt, NOW + 5);
    assert.deepEqual(decider.turns([]), { turns: [], nextAt: null });
    assert.equal(decider.turns([silence(3, { endsAt: NOW + 400 })]).nextAt, NOW + 400);
  });

  it("silences the alerts that it covers, in the name of its author, and moves its cursor", () => {
    const one = silence(7, { matcher: FETCH, checkedThroughId: 10, state: "planned" });
    const [turn] = decider.turns([one]).turns;
    assert.ok(turn !== undefined);
    const step = decider.step(turn, [one], [alert(11), alert(12, "load"), alert(15)]);
    assert.deepEqual(step, {
      state: "in_force",
      checkedThroughId: 15,
      silenced: [11, 15].map((alertId) => ({ alertId, by: "ann", note: "silence 7: upgrade" })),
      reopened: [],
      handedOver: [],
    });
    assert.equal(decider.step(turn, [one], []).checkedThroughId, 10);
  });

  it("of one alert covers that alert alone", () => {
    const one = silence(7, { alertId: 12 });
    const [turn] = decider.turns([one]).turns;
    assert.ok(turn !== undefined);
    const { silenced } = decider.step(turn, [one], [alert(11), alert(12)]);
    assert.deepEqual(
      silenced.map(({ alertId }) => alertId),
      [12],
    );
  });

  it("reopens its alerts when it ends, except those that another one in force covers", () => {
    const over = silence(1, { endsAt: NOW });
    const lasting = [
      over,
      silence(2, { matcher: FETCH }),
      silence(3, { startsAt: NOW + 5, state: "planned" }),
      silence(4, { removedAt: NOW }),
    ];
    const turn = decider.turns(lasting).turns.find((one) => one.silence === over);
    assert.ok(turn !== undefined);
    const { state, reopened, handedOver } = decider.step(turn, lasting, [alert(11), alert(12, "load")]);
    assert.equal(state, "ended");
    assert.deepEqual(handedOver, [{ alertId: 11, silenceId: 2 }]);
    assert.deepEqual(reopened, [{ alertId: 12, by: "flowlord", note: "silence 1 ended" }]);
  });

  it("names who ended it before its time", () => {
    const noteOf = (removedBy: string): string | undefined => {
      const over = silence(1, { removedAt: NOW, removedBy });
      const [turn] = decider.turns([over]).turns;
      assert.ok(turn !== undefined);
      return decider.step(turn, [over], [alert(11)]).reopened[0]?.note;
    };
    assert.equal(noteOf("bob"), "silence 1 was ended by bob");
    assert.equal(noteOf(""), "silence 1 was ended by flowlord");
  });

  it("has not ended while there may be more of its alerts than one step takes", () => {
    const over = silence(1, { endsAt: NOW });
    const [turn] = decider.turns([over]).turns;
    assert.ok(turn !== undefined);
    const whole = Array.from({ length: turn.limit }, (_, index) => alert(index + 1));
    assert.equal(decider.step(turn, [over], whole).state, "in_force");
    assert.equal(decider.step(turn, [over], whole.slice(1)).state, "ended");
  });
});
