import { wallOf } from "../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import { present } from "../../src/contract/present.ts";
import { HOUR } from "../../src/contract/time/time-units.ts";
import type { TickDecider } from "../../src/core/decide/decider.ts";
import { missedTick } from "../../src/core/decide/dead-letters.ts";
import { NO_EFFECTS } from "../../src/core/decide/effects.ts";
import type { ContractDatabase } from "./contract-database.ts";
import { decision, fileDecider, fileMessage, newTask, NOW, taskMessage } from "./factories.ts";

const ANN = { by: "ann", reason: "repaired", edited: false };

/** As a tick writes it when no load has: without the schedule that it is of. */
const NEW_SCHEDULE = {
  phaseId: 4,
  kind: "cron",
  cursorAt: NOW,
  spec: null,
  removedAt: null,
  pausedFrom: null,
} as const;

export function eventContract(use: ContractDatabase): void {
  describe("ticks", () => {
    const firing: TickDecider = {
      needs: () => ({ ancestors: false, slots: [], joins: [] }),
      missed: (tick, error) => missedTick(tick, error, "UTC"),
      decide: (tick) => ({
        ...NO_EFFECTS,
        tasks: [0, 1].map((position) =>
          newTask({
            message: taskMessage({ id: `run-${tick.phaseId}-${tick.scheduledAt}-${position}` }),
            origin: "tick",
            phaseId: tick.phaseId,
            scheduledAt: tick.scheduledAt,
            position,
          }),
        ),
      }),
    };

    it("fire once, in order, and move the cursor", async () => {
      const ticks = [1, 2].map((n) => ({ phaseId: 4, scheduledAt: NOW + n * 1000 }));
      assert.equal((await use.store.fireTicks(ticks, firing, NOW + 2000)).outbox.length, 4);
      assert.equal((await use.store.fireTicks(ticks, firing, NOW + 2000)).outbox.length, 0);
      assert.deepEqual(await use.store.schedules(), [{ ...NEW_SCHEDULE, cursorAt: NOW + 2000 }]);
    });

    it("fire once even when a cursor was set back", async () => {
      const ticks = [{ phaseId: 4, scheduledAt: NOW }];
      await use.store.fireTicks(ticks, firing, NOW);
      await use.store.moveCursors(
        [
          { ...NEW_SCHEDULE, cursorAt: NOW - HOUR },
          { ...NEW_SCHEDULE, kind: "expect", cursorAt: NOW, spec: "0 * * * * UTC", removedAt: NOW },
        ],
        NOW,
      );
      assert.deepEqual(
        (await use.store.schedules()).map(({ kind, spec, removedAt }) => [kind, spec, removedAt]),
        [
          ["cron", null, null],
          ["expect", "0 * * * * UTC", NOW],
        ],
      );
      assert.equal((await use.store.fireTicks(ticks, firing, NOW)).outbox.length, 0);
    });

    it("that are skipped leave their decision once", async () => {
      const moment = {
        schedule: { phaseId: 4, kind: "cron", cursorAt: NOW },
        alerts: [],
        decisions: [decision({ code: "tick_missed", phaseId: 4 })],
      } as const;
      await use.store.fireTicks([], firing, NOW, [moment]);
      await use.store.fireTicks([{ phaseId: 4, scheduledAt: NOW }], firing, NOW, [moment]);
      assert.deepEqual(await use.store.schedules(), [{ ...NEW_SCHEDULE, cursorAt: NOW }]);
      assert.equal((await use.store.reads.counts()).records, 0);
    });

    it("are skipped when their decision fails, and delay no other", async () => {
      const decider: TickDecider = {
        ...firing,
        decide: (tick) => {
          if (tick.phaseId === 1) throw new Error("no");
          return firing.decide(tick, { slots: new Map() });
        },
      };
      const { outbox, rejected } = await use.store.fireTicks(
        [
          { phaseId: 1, scheduledAt: NOW },
          { phaseId: 2, scheduledAt: NOW },
        ],
        decider,
        NOW,
      );
      assert.deepEqual([outbox.length, rejected], [2, 1]);
      assert.deepEqual(
        (await use.store.alerts.lasting("schedule_missed", 0, 9)).map(({ cause }) => cause),
        ["decision of 1"],
      );
      assert.equal((await use.store.schedules()).length, 2);
    });
  });
  describe("files", () => {
    const task = (info: string) =>
      newTask({ message: taskMessage({ type: "load", id: `file-${info}`, info }), origin: "file", phaseId: 7 });

    it("create their tasks once per message of the bus", async () => {
      const decider = fileDecider((message) => ({
        matches: [{ phaseId: 7, gatherKey: null }],
        tasks: [task(message.event.path)],
      }));
      const message = fileMessage({ busId: "m1" });
      assert.equal((await use.store.ingestFiles([message, message], decider, NOW)).outbox.length, 1);
      assert.equal((await use.store.ingestFiles([message], decider, NOW)).outbox.length, 0);
      const span = { phaseId: 7, taskTimeAfter: wallOf(NOW - 1), taskTimeUntil: wallOf(NOW), untimedSince: NOW };
      assert.equal(await use.store.filesSeen(span), 1);
      await use.store.ingestFiles([fileMessage({ taskTime: null, receivedAt: NOW + 5 }, "/in/b")], decider, NOW);
      assert.equal(await use.store.filesSeen(span), 1, "of the time that has the most");
      await use.store.ingestFiles([fileMessage({}, "/in/c"), fileMessage({}, "/in/c")], decider, NOW);
      assert.equal(await use.store.filesSeen(span), 2);
      assert.equal(await use.store.filesSeen({ ...span, taskTimeUntil: wallOf(NOW - 1) }), 1);
      assert.equal(await use.store.filesSeen({ ...span, phaseId: 8 }), 0);
    });

    it("gather until there are enough, then go into one task", async () => {
      const seen: number[] = [];
      const decider = fileDecider(
        (message, state) => {
          const { files: before, have } = present(state.gathered.get("7|g"), "the group");
          seen.push(have);
          const matches = [{ phaseId: 7, gatherKey: "g" }];
          if (before === null) return { matches };
          return {
            matches,
            tasks: [task([...before.map((file) => file.path), message.event.path].join(","))],
            gatheredBy: [{ phaseId: 7, gatherKey: "g", matchIds: before.map((file) => file.matchId) }],
          };
        },
        (message) => ({ gathered: [{ phaseId: 7, gatherKey: "g", event: message.event, want: 3 }] }),
      );
      const files = ["a", "b", "b", "c", "d"].map((path) => fileMessage({}, path));
      const { outbox } = await use.store.ingestFiles(files, decider, NOW);
      assert.deepEqual(
        outbox.map((row) => parseTaskMessage(row.payload).info),
        ["a,b,b,c"],
      );
      assert.deepEqual(seen, [1, 2, 2, 3, 1], "each file counts once");
      await use.store.ingestFiles([fileMessage({}, "d"), fileMessage({}, "e")], decider, NOW);
      assert.deepEqual(seen.slice(5), [1, 2], "also one of an earlier transaction");
    });
  });
  describe("dead letters", () => {
    it("are stored, and redriven once", async () => {
      const deadLetter = (n: number) => ({
        topic: "done",
        payload: `${n}`,
        reason: "bad",
        code: "bad_json",
        receivedAt: NOW + n,
      });
      await use.store.addDeadLetters([deadLetter(1), deadLetter(2), deadLetter(3)]);
      const open = await use.store.reads.deadLetters({ limit: 2, before: null, includeRedriven: false });
      assert.deepEqual(
        open.map((row) => row.payload),
        ["3", "2"],
      );
      const ids = async (wanted: Parameters<typeof use.store.openDeadLetters>[0]) =>
        (await use.store.openDeadLetters(wanted)).map((row) => row.payload);
      assert.deepEqual(await ids({ after: 0, limit: 2 }), ["1", "2"]);
      assert.deepEqual(await ids({ ids: [open[0]!.id, 99_999] }), ["3"]);
      const taken = await use.store.redriveDeadLetters([open[0]!.id], ANN, NOW + 9);
      assert.deepEqual(
        taken.map(({ topic, payload }) => ({ topic, payload })),
        [{ topic: "done", payload: "3" }],
      );
      assert.deepEqual(await use.store.redriveDeadLetters([open[0]!.id], ANN, NOW + 10), []);
      assert.equal((await use.store.redriveDeadLetters("all", ANN, NOW + 10)).length, 2);
      assert.equal((await use.store.reads.counts()).deadLetters, 0);
      const all = await use.store.reads.deadLetters({ limit: 10, before: open[0]!.id, includeRedriven: true });
      assert.deepEqual(
        all.map((row) => [row.payload, row.redriven_at]),
        [
          ["2", NOW + 10],
          ["1", NOW + 10],
        ],
      );
    });
  });
}
