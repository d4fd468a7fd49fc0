import { wallOf } from "../../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { it } from "node:test";
import type { FileEffects } from "../../../../src/core/decide/decider.ts";
import { NO_EFFECTS, type NewDecision } from "../../../../src/core/decide/effects.ts";
import { countRedriven, deliveryOf, repeatedFile } from "../../../../src/core/decide/files/file-deliveries.ts";
import { fileMessage, NOW } from "../../../store/factories.ts";

it("topic and the bus's id identify a redelivery; without an id each event counts", () => {
  assert.deepEqual(deliveryOf(fileMessage({ busId: "m1", topic: "uploads" })), { topic: "uploads", busId: "m1" });
  assert.equal(deliveryOf(fileMessage({ busId: null })), null);
});

it("a redelivery leaves a decision that names the bus's id, and no phase", () => {
  assert.deepEqual(repeatedFile(fileMessage({ busId: "m1", taskTime: wallOf(NOW) })), {
    code: "file_repeated",
    phaseId: 0,
    taskTime: NOW,
    data: { bus_id: "m1" },
  });
});

it("a redrive counts phases that match, those that had their task before, and those that wait for more files", () => {
  const told = (code: NewDecision["code"], phaseId: number): NewDecision => ({
    code,
    phaseId,
    taskTime: null,
    data: {},
  });
  const effects: FileEffects = {
    ...NO_EFFECTS,
    gatheredBy: [],
    nearMisses: [],
    matches: [
      { phaseId: 1, gatherKey: null },
      { phaseId: 2, gatherKey: "untimed" },
    ],
    decisions: [
      told("file_redriven", 3),
      told("file_redriven", 4),
      told("file_gathering", 2),
      // Of the event itself.
      told("file_redriven", 0),
    ],
  };
  assert.deepEqual(countRedriven(effects), { matched: 4, taken: 2, waiting: 1 });
});
