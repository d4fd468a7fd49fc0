import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fc } from "../../support/seed.ts";
import { type Comparison, compareHistories, type History } from "../../../src/core/backup/compare-histories.ts";

function history(changes: number, ...backups: readonly (readonly [string, number])[]): History {
  return { instanceId: "one", changes, backups: backups.map(([id, at]) => ({ id, changes: at })) };
}

const A = ["a", 10] as const;
const B = ["b", 20] as const;
const C = ["c", 30] as const;

const CASES: readonly (readonly [string, History, History, Comparison])[] = [
  ["the backup is its own newest", history(35, A, B), history(20, A, B), "current"],
  ["a backup behind its newest", history(35, A, B), history(10, A), "current"],
  ["a copy of an earlier day, untouched", history(10, A), history(20, A, B), "older"],
  ["a copy of an earlier day that ran on", history(11, A), history(20, A, B), "diverged"],
  ["two that ran on from one backup", history(30, A, C), history(20, A, B), "diverged"],
  ["a new database where nothing happened", history(0), history(20, A, B), "older"],
  ["one that ran without a backup", history(5), history(20, A, B), "diverged"],
  ["restored to an earlier time, and told of what it set aside", history(10, A, B), history(20, A, B), "current"],
  ["another instance that set it aside", { ...history(35, A, B), instanceId: "two" }, history(20, A, B), "current"],
  ["another instance", { ...history(35, A), instanceId: "two" }, history(20, A, B), "foreign"],
];

describe("a database and the newest backup", () => {
  for (const [what, local, backup, expected] of CASES)
    test(`${what}: ${expected}`, () => assert.equal(compareHistories(local, backup), expected));

  test("whatever two copies do: neither hides what only the other has", () => {
    // Each step: which of two copies records something, backs up, or is replaced by the newest backup.
    const step = fc.record({ who: fc.nat(1), act: fc.constantFrom("record", "back up", "restore") });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let ids = 0;
        let events = 0;
        const copies = [0, 1].map(() => ({ ...history(0), events: new Set<number>() }));
        let newest: (History & { readonly events: ReadonlySet<number> }) | null = null;
        for (const { who, act } of steps) {
          const copy = copies[who];
          if (copy === undefined) continue;
          if (act === "record")
            copies[who] = { ...copy, changes: copy.changes + 1, events: new Set([...copy.events, (events += 1)]) };
          else if (act === "back up") {
            const known = { id: String((ids += 1)), changes: copy.changes };
            newest = { ...copy, backups: [...copy.backups, known] };
            copies[who] = { ...newest, events: new Set(newest.events) };
          } else if (newest !== null) copies[who] = { ...newest, events: new Set(newest.events) };
        }
        if (newest === null) return;
        for (const copy of copies) {
          const has = (one: ReadonlySet<number>, other: ReadonlySet<number>): boolean =>
            [...other].every((event) => one.has(event));
          const verdict = compareHistories(copy, newest);
          if (verdict === "current") assert.ok(has(copy.events, newest.events), "it has all of the backup");
          if (verdict === "older") assert.ok(has(newest.events, copy.events), "the backup has all of it");
        }
      }),
    );
  });
});
