import { wallOf } from "../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import type { ContractDatabase } from "./contract-database.ts";
import { decision, doneDecider, doneMessage, newTask, NOW, taskFilter, taskMessage, ALERT } from "./factories.ts";

export function taskContract(use: ContractDatabase): void {
  describe("created tasks", () => {
    it("are sent unchanged, and recorded", async () => {
      const message = taskMessage({ job: "hourly", meta: "workflow=sales.toml&cron=2026-03-01T00" });
      const { outbox, recordIds } = await use.store.createTasks(
        [newTask({ message, phaseId: 3, taskTime: wallOf(NOW) })],
        NOW,
      );
      assert.deepEqual(
        outbox.map((row) => [row.topic, parseTaskMessage(row.payload)]),
        [["fetch", message]],
      );
      const { task, decisions } = await use.one(String(recordIds[0]));
      assert.equal(task.state, "queued");
      assert.equal(task.created, NOW);
      assert.equal(task.task_time, NOW);
      assert.deepEqual(
        decisions.map((row) => [row.code, row.phase_id]),
        [["created_by_hand", 0]],
      );
    });

    it("are known to their logs by what is in their names, with what became of them", async () => {
      const { logs } = use.store.reads;
      const message = taskMessage({ job: "hourly" });
      const id = await use.create({ message });
      const task = { ...message, attempt: 0 };
      assert.equal(await logs.isKnown(task), true);
      for (const other of [{ id: "x" }, { type: "x" }, { job: "" }, { info: "x" }, { attempt: 1 }])
        assert.equal(await logs.isKnown({ ...task, ...other }), false);
      const fate = async (): Promise<readonly string[]> =>
        await logs.fates([task, { id: "x", attempt: 0 }, { ...task, attempt: 1 }, task]);
      assert.deepEqual(await fate(), ["unfinished", "gone", "finished", "unfinished"]);
      assert.deepEqual(
        (await logs.attempts(id)).map(({ record_id: record, attempt }) => [record, attempt]),
        [[id, 0]],
      );
      await use.store.ingestDone([doneMessage({ ...message, result: "complete" })], doneDecider(), NOW);
      assert.equal((await fate())[0], "finished");
    });

    it("exist once, however often they are created", async () => {
      const first = await use.store.createTasks([newTask()], NOW);
      const again = await use.store.createTasks([newTask()], NOW + 5);
      assert.deepEqual(again.recordIds, first.recordIds);
      assert.deepEqual(again.outbox, []);
      assert.equal((await use.store.reads.counts()).records, 1);
    });

    it("wait in the outbox until they are due, then count as queued", async () => {
      const id = await use.create({ state: "waiting", dueAt: NOW + 500 });
      assert.equal((await use.one(String(id))).task.state, "waiting");
      assert.equal(await use.store.nextDueAt([]), NOW + 500);
      assert.equal(await use.store.nextDueAt(["fetch"]), null);
      assert.deepEqual(await use.store.claimOutbox(NOW + 499, 10, []), []);
      const rows = await use.store.claimOutbox(NOW + 500, 10, []);
      assert.deepEqual(
        rows.map((row) => parseTaskMessage(row.payload)),
        [taskMessage()],
      );
      assert.equal((await use.one(String(id))).task.state, "queued");
      assert.equal(await use.store.nextDueAt([]), null);
    });

    it("with times in another format are sent in that format", async () => {
      const message = taskMessage({ created: "2026-03-01T13:00:00.5+01:00", msg: "again" });
      const { outbox } = await use.store.createTasks([newTask({ message, state: "waiting", dueAt: NOW + 1 })], NOW);
      assert.deepEqual(outbox, []);
      const rows = await use.store.claimOutbox(NOW + 1, 10, []);
      assert.deepEqual(parseTaskMessage(rows[0]!.payload), message);
    });
  });
  describe("the outbox", () => {
    it("gives each due row to one claim, oldest first, with a limit per topic", async () => {
      const later = (type: string, n: number) =>
        newTask({ message: taskMessage({ type, info: `?n=${n}` }), state: "waiting", dueAt: NOW + 10 - n });
      await use.store.createTasks([later("a", 1), later("a", 2), later("a", 3), later("b", 4)], NOW);
      const first = await use.store.claimOutbox(NOW + 20, 2, []);
      assert.deepEqual(
        first.map((row) => parseTaskMessage(row.payload).info),
        ["?n=4", "?n=3", "?n=2"],
      );
      assert.deepEqual((await use.store.claimOutbox(NOW + 20, 2, ["a"])).length, 0);
      assert.deepEqual(
        (await use.store.claimOutbox(NOW + 20, 2, [])).map((row) => row.topic),
        ["a"],
      );
      assert.deepEqual(await use.store.claimOutbox(NOW + 20, 2, []), []);
    });

    it("keeps a row until it was sent, over a restart too", async () => {
      const { outbox } = await use.store.createTasks([newTask()], NOW);
      await use.reopen();
      const again = await use.store.claimOutbox(NOW + 1, 10, []);
      assert.deepEqual(again, outbox);
      use.store.outboxSent(again);
      await use.store.flush();
      assert.equal((await use.store.reads.counts()).outbox, 0);
      await use.reopen();
      assert.deepEqual(await use.store.claimOutbox(NOW + 2, 10, []), []);
    });

    it("assigns no id twice", async () => {
      const seen = new Set<number>();
      for (let n = 0; n < 4; n++) {
        const { outbox } = await use.store.createTasks([newTask({ message: taskMessage({ info: `?n=${n}` }) })], NOW);
        for (const row of outbox) {
          assert.ok(!seen.has(row.id));
          seen.add(row.id);
        }
        use.store.outboxSent(outbox);
        await use.reopen();
      }
    });

    it("requeues a row that could not be sent, and keeps it until its time", async () => {
      const { outbox } = await use.store.createTasks([newTask()], NOW);
      await use.store.releaseOutbox(
        outbox.map((row) => row.id),
        NOW + 700,
      );
      assert.equal(await use.store.nextDueAt([]), NOW + 700);
      assert.deepEqual(await use.store.claimOutbox(NOW + 700, 10, []), outbox);
    });

    it("carries messages that belong to no task", async () => {
      const { outbox } = await use.store.enqueue([{ topic: "retry-failed", payload: "x" }], NOW);
      assert.deepEqual(
        outbox.map(({ topic, payload }) => ({ topic, payload })),
        [{ topic: "retry-failed", payload: "x" }],
      );
    });

    it("drops rows that need no sending any more", async () => {
      const id = await use.create({ state: "waiting", dueAt: NOW + 500 });
      await use.store.ingestDone([doneMessage()], doneDecider(), NOW + 100);
      assert.equal((await use.one(String(id))).task.state, "finished");
      assert.deepEqual(await use.store.claimOutbox(NOW + 600, 10, []), []);
      assert.equal((await use.store.reads.counts()).outbox, 0);
    });
  });
  describe("overdue tasks", () => {
    it("are reported once, in the order of their deadlines", async () => {
      const due = (n: number) => newTask({ message: taskMessage({ info: `?n=${n}` }), deadlineAt: NOW + 100 - n });
      await use.store.createTasks([due(1), due(2), due(3)], NOW);
      const told: string[] = [];
      const expire = async (limit: number) =>
        (
          await use.store.expireTasks(NOW + 100, limit, (task) => {
            told.push(String(task.deadlineAt - NOW));
            return { alerts: [ALERT], decisions: [decision({ code: "incomplete" })] };
          })
        ).expired;
      assert.deepEqual([await expire(2), await expire(2), await expire(2)], [2, 1, 0]);
      assert.deepEqual(told, ["97", "98", "99"]);
      assert.equal((await use.store.reads.tasks(taskFilter({ state: "overdue" }))).length, 3);
    });
  });

  describe("held tasks", () => {
    it("are released phase by phase, as they are chosen", async () => {
      const held = (phaseId: number, n: number) =>
        newTask({ message: taskMessage({ info: `?n=${n}` }), phaseId, held: true, state: "waiting" });
      const { recordIds } = await use.store.createTasks([held(5, 1), held(5, 2), held(9, 3)], NOW);
      const asked: [number, number, readonly number[]][] = [];
      const { outbox } = await use.store.releaseHeld((phaseId, slots) => {
        asked.push([phaseId, slots.active, slots.held]);
        return slots.held.slice(0, 1);
      }, NOW);
      assert.deepEqual(asked, [
        [5, 0, recordIds.slice(0, 2)],
        [9, 0, recordIds.slice(2)],
      ]);
      assert.deepEqual(
        outbox.map((row) => parseTaskMessage(row.payload).info),
        ["?n=1", "?n=3"],
      );
      const { task, decisions } = await use.one(String(recordIds[0]));
      assert.equal(task.state, "queued");
      assert.deepEqual(
        decisions.map((row) => row.code),
        ["created_by_hand", "released"],
      );
    });
  });
}
