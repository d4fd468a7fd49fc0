import { wallOf } from "../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { secondsText } from "../../src/contract/time/instant.ts";
import { MessageError } from "../../src/contract/message-error.ts";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import { HOUR } from "../../src/contract/time/time-units.ts";
import type { DoneState } from "../../src/core/decide/decider.ts";
import { NO_EFFECTS, type NewTask } from "../../src/core/decide/effects.ts";
import type { ContractDatabase } from "./contract-database.ts";
import {
  childTask,
  decision,
  doneDecider,
  doneMessage,
  newTask,
  NOW,
  taskFilter,
  taskMessage,
  ALERT,
} from "./factories.ts";

export function doneContract(use: ContractDatabase): void {
  const twoChildren = doneDecider((message) =>
    message.task.result !== "complete"
      ? {}
      : {
          tasks: [0, 1].map((n) =>
            childTask({ position: n, message: taskMessage({ type: "clean", info: `?n=${n}` }) }),
          ),
        },
  );

  describe("done", () => {
    it("finishes the record it answers and starts its children", async () => {
      const parent = await use.create();
      const { outbox, rejected } = await use.store.ingestDone(
        [doneMessage({ msg: "rows=3" })],
        twoChildren,
        NOW + 3000,
      );
      assert.equal(rejected, 0);
      assert.deepEqual(
        outbox.map((row) => [row.topic, parseTaskMessage(row.payload).info]),
        [
          ["clean", "?n=0"],
          ["clean", "?n=1"],
        ],
      );
      const { task, children } = await use.one(String(parent));
      assert.deepEqual(
        [task.state, task.result, task.msg, task.finished_at],
        ["finished", "complete", "rows=3", NOW + 3000],
      );
      assert.deepEqual(
        children.map((child) => [child.kind, child.type, child.state]),
        [
          ["triggered", "clean", "queued"],
          ["triggered", "clean", "queued"],
        ],
      );
      const child = await use.one(String(children[0]!.record_id));
      assert.deepEqual(
        child.parents.map((row) => [row.record_id, row.kind]),
        [[parent, "triggered"]],
      );
      assert.deepEqual(
        child.decisions.map((row) => row.code),
        ["child_started"],
      );
    });

    it("changes nothing when the same group arrives again", async () => {
      await use.create();
      const group = [doneMessage(), doneMessage()];
      await use.store.ingestDone(group, twoChildren, NOW + 3000);
      const before = await use.store.reads.tasks(taskFilter());
      const again = await use.store.ingestDone(group, twoChildren, NOW + 9000);
      assert.deepEqual(again.outbox, []);
      assert.deepEqual(await use.store.reads.tasks(taskFilter()), before);
    });

    it("starts a child once over all attempts, even when a decision requests it again", async () => {
      await use.create();
      const careless = doneDecider(() => ({ tasks: [childTask()] }));
      await use.store.ingestDone([doneMessage({ result: "error" }, { attempt: 0 })], careless, NOW);
      const second = await use.store.ingestDone(
        [doneMessage({ created: secondsText(NOW + 1000) }, { attempt: 1 })],
        doneDecider((_, state) => ({
          record: null,
          tasks: [childTask({ relation: { kind: "triggered", parentId: state.candidates[0]?.recordId ?? 1 } })],
        })),
        NOW,
      );
      assert.deepEqual(second.outbox, []);
      assert.equal((await use.store.reads.tasks(taskFilter({ type: "clean" }))).length, 1);
    });

    it("records an external task", async () => {
      const message = doneMessage({ id: "", created: "", result: "warn" });
      await use.store.ingestDone([message], doneDecider(), NOW);
      const [row] = await use.store.reads.tasks(taskFilter());
      assert.deepEqual([row?.origin, row?.state, row?.result, row?.created], ["external", "finished", "warn", null]);
    });

    it("distinguishes two equal siblings", async () => {
      await use.store.createTasks(
        [1, 2].map((n) => newTask({ message: taskMessage({ info: `?n=${n}` }) })),
        NOW,
      );
      const sameChild = doneDecider(() => ({ tasks: [childTask()] }));
      await use.store.ingestDone(
        [1, 2].map((n) => doneMessage({ info: `?n=${n}` })),
        sameChild,
        NOW,
      );
      const twins = () => use.store.reads.tasks(taskFilter({ type: "clean" }));
      assert.deepEqual(
        (await twins()).map((row) => row.state),
        ["queued", "queued"],
      );
      const answer = doneMessage({ type: "clean" });
      await use.store.ingestDone([answer], doneDecider(), NOW);
      assert.deepEqual((await twins()).map((row) => row.state).toSorted(), ["finished", "queued"]);
      await use.store.ingestDone([answer], doneDecider(), NOW);
      assert.deepEqual(
        (await twins()).map((row) => row.state),
        ["finished", "finished"],
      );
    });

    it("shows the decision the candidates, the next attempt and whether children were started", async () => {
      await use.create();
      const states: DoneState[] = [];
      const look = doneDecider((message, state) => {
        states.push(state);
        const retry = newTask({
          message: taskMessage({ created: secondsText(NOW + 60_000), meta: "retry=1" }),
          state: "waiting",
          dueAt: NOW + 60_000,
          attempt: 1,
          relation: { kind: "retry", parentId: null },
          origin: "retry",
        });
        return message.task.result === "error" ? { tasks: [retry] } : { tasks: [childTask()] };
      });
      await use.store.ingestDone([doneMessage({ result: "error" }, { attempt: 0 })], look, NOW);
      await use.store.ingestDone(
        [doneMessage({ created: secondsText(NOW + 60_000), result: "warn" }, { attempt: 1 })],
        look,
        NOW,
      );
      await use.store.ingestDone([doneMessage({ created: "" }, { attempt: 7 })], look, NOW);
      const [first, second, third] = states;
      assert.deepEqual([first?.record?.attempt, first?.retry, first?.childrenStarted], [0, null, false]);
      assert.deepEqual(
        [second?.record?.attempt, second?.record?.state, second?.record?.firstAttemptId],
        [1, "waiting", first?.record?.recordId],
      );
      assert.deepEqual(
        third?.candidates.map((row) => row.attempt),
        [1, 0],
      );
      assert.deepEqual([third?.record, third?.childrenStarted], [null, true]);
    });

    it("stores a retry as a row of its own, linked to the previous attempt, and cancels it on request", async () => {
      const parent = await use.create();
      const retry = newTask({
        message: taskMessage({ created: secondsText(NOW + 60_000), meta: "retry=1" }),
        state: "waiting",
        dueAt: NOW + 60_000,
        attempt: 1,
        relation: { kind: "retry", parentId: null },
        origin: "retry",
      });
      await use.store.ingestDone(
        [doneMessage({ result: "error" })],
        doneDecider(() => ({ tasks: [retry] })),
        NOW,
      );
      const { children } = await use.one(String(parent));
      assert.deepEqual(
        children.map((row) => [row.kind, row.state]),
        [["retry", "waiting"]],
      );
      let seen: DoneState | null = null;
      const cancelling = {
        ...doneDecider(),
        decide: (_: unknown, state: DoneState) => {
          seen = state;
          return { ...NO_EFFECTS, cancel: state.retry === null ? [] : [state.retry.recordId] };
        },
      };
      await use.store.ingestDone([doneMessage({ result: "complete" }, { attempt: 0 })], cancelling, NOW);
      assert.equal((seen as DoneState | null)?.retry?.recordId, children[0]?.record_id);
      assert.equal((await use.one(String(children[0]?.record_id))).task.state, "cancelled");
      assert.deepEqual(await use.store.claimOutbox(NOW + HOUR, 10, []), []);
      assert.deepEqual(await use.store.reads.counts().then(({ records, unfinished }) => ({ records, unfinished })), {
        records: 2,
        unfinished: 0,
      });
    });

    it("returns the ancestors of a record, itself first", async () => {
      await use.create({ phaseId: 1, taskTime: wallOf(NOW) });
      await use.store.ingestDone(
        [doneMessage()],
        doneDecider(() => ({ tasks: [childTask({ taskTime: wallOf(NOW) })] })),
        NOW,
      );
      let ancestors: DoneState["ancestors"] = [];
      const look = doneDecider(
        (_, state) => {
          ancestors = state.ancestors;
          return {};
        },
        { ancestors: true },
      );
      await use.store.ingestDone([doneMessage({ type: "clean" })], look, NOW);
      assert.deepEqual(ancestors, [
        { phaseId: 2, taskTime: wallOf(NOW) },
        { phaseId: 1, taskTime: wallOf(NOW) },
      ]);
    });

    it("counts slots, and releases held tasks in order", async () => {
      const slot = (n: number, given: Partial<NewTask> = {}) =>
        newTask({
          message: taskMessage({ info: `?n=${n}` }),
          phaseId: 5,
          holdsSlot: true,
          deadlineAt: NOW + HOUR,
          ...given,
        });
      const held = { held: true, state: "waiting" } as const;
      const { recordIds, outbox } = await use.store.createTasks([slot(1), slot(2, held), slot(3, held)], NOW);
      assert.equal(outbox.length, 1);
      let slots: DoneState["slots"] = new Map();
      const release = doneDecider(
        (_, state) => {
          slots = state.slots;
          return { release: state.slots.get(5)?.held.slice(0, 1) ?? [] };
        },
        { slots: [5] },
      );
      const done = await use.store.ingestDone([doneMessage({ info: "?n=1" })], release, NOW + 1000);
      assert.deepEqual(slots, new Map([[5, { active: 1, oldest: recordIds[0], held: recordIds.slice(1) }]]));
      assert.deepEqual(
        done.outbox.map((row) => parseTaskMessage(row.payload)),
        [taskMessage({ info: "?n=2" })],
      );
      await use.store.ingestDone([doneMessage({ info: "?n=2" })], release, NOW + 1000);
      assert.deepEqual(slots, new Map([[5, { active: 1, oldest: recordIds[1], held: recordIds.slice(2) }]]));
      assert.deepEqual(
        (await use.store.expireTasks(NOW + HOUR + 999, 10, () => ({ alerts: [], decisions: [] }))).expired,
        0,
      );
      assert.deepEqual(
        (await use.store.expireTasks(NOW + HOUR + 1000, 10, () => ({ alerts: [], decisions: [] }))).expired,
        1,
      );
    });

    it("starts the child of a join from all its parents, once, and again when they run again", async () => {
      await use.store.createTasks(
        ["a", "b"].map((type) => newTask({ message: taskMessage({ type }) })),
        NOW,
      );
      const membership = { joinId: 9, member: "", ancestorId: null, from: "root", rootKey: "k" } as const;
      const arrival = { phaseId: 9, joinKey: "k", state: "complete", replaces: null, parents: ["a", "b"] } as const;
      const join = () =>
        doneDecider(
          (message, state) => {
            const before = state.joins.get(9);
            const starts = before?.started === false && before.complete.size === 1;
            const child = childTask({ phaseId: 9, relation: { kind: "join", parentId: null } });
            const { type: member } = message.task;
            const restart = before?.started === true;
            return {
              joins: [{ ...arrival, member, isNew: before?.own === null, restart, starts }],
              tasks: starts ? [child] : [],
            };
          },
          { joins: [{ phaseId: 9, membership }] },
        );
      assert.equal((await use.store.ingestDone([doneMessage({ type: "a" })], join(), NOW)).outbox.length, 0);
      assert.equal((await use.store.ingestDone([doneMessage({ type: "b" })], join(), NOW)).outbox.length, 1);
      const [child] = await use.store.reads.tasks(taskFilter({ type: "clean" }));
      const { parents } = await use.one(String(child?.record_id));
      assert.deepEqual(
        parents.map((row) => [row.kind, row.type]),
        [
          ["join", "a"],
          ["join", "b"],
        ],
      );

      const second = secondsText(NOW + 60_000);
      await use.store.createTasks(
        ["a", "b"].map((type) => newTask({ message: taskMessage({ type, created: second }) })),
        NOW,
      );
      assert.equal(
        (await use.store.ingestDone([doneMessage({ type: "a", created: second })], join(), NOW)).outbox.length,
        0,
      );
      const third = await use.store.ingestDone([doneMessage({ type: "b", created: second })], join(), NOW + 60_000);
      assert.equal(third.outbox.length, 1);
    });

    it("sends other messages, records alerts, and stores a message that it cannot handle", async () => {
      await use.create();
      const decider = doneDecider(() => ({
        sends: [{ topic: "retry-failed", payload: "p" }],
        alerts: [ALERT],
        deadLetter: { code: "unknown_result", reason: "what is that" },
      }));
      const { outbox, rejected } = await use.store.ingestDone([doneMessage({ result: "odd" })], decider, NOW);
      assert.deepEqual([outbox.map((row) => row.topic), rejected], [["retry-failed"], 0]);
      const [deadLetter] = await use.store.reads.deadLetters({ limit: 10, before: null, includeRedriven: false });
      assert.deepEqual(
        [deadLetter?.code, deadLetter?.reason, deadLetter?.topic],
        ["unknown_result", "what is that", "done"],
      );
    });

    it("stores a message that throws as a dead letter with the reason, and handles the others", async () => {
      await use.store.createTasks(
        [1, 2, 3].map((n) => newTask({ message: taskMessage({ info: `?n=${n}` }) })),
        NOW,
      );
      const decider = doneDecider((message) => {
        if (message.task.info === "?n=2") throw new MessageError("bad_thing", "it is bad");
        return { tasks: [childTask({ message: taskMessage({ type: "clean", info: message.task.info }) })] };
      });
      const group = [1, 2, 3].map((n) => doneMessage({ info: `?n=${n}` }));
      const { outbox, rejected } = await use.store.ingestDone(group, decider, NOW);
      assert.equal(rejected, 1);
      assert.deepEqual(
        outbox.map((row) => parseTaskMessage(row.payload).info),
        ["?n=1", "?n=3"],
      );
      const [deadLetter, ...others] = await use.store.reads.deadLetters({
        limit: 10,
        before: null,
        includeRedriven: false,
      });
      assert.deepEqual(
        [deadLetter?.code, deadLetter?.reason, deadLetter?.payload, others],
        ["bad_thing", "it is bad", group[1]?.payload, []],
      );
      const { records, unfinished } = await use.store.reads.counts();
      assert.deepEqual({ records, unfinished }, { records: 5, unfinished: 3 });
      assert.deepEqual(
        (await use.store.reads.tasks(taskFilter({ type: "fetch" }))).map((row) => row.state),
        ["finished", "queued", "finished"],
      );
    });

    it("rolls back everything that a message wrote before it failed", async () => {
      await use.store.createTasks(
        [1, 2].map((n) => newTask({ message: taskMessage({ info: `?n=${n}` }) })),
        NOW,
      );
      const decider = doneDecider((message) => ({
        tasks: [childTask({ message: taskMessage({ type: "clean", info: message.task.info }) })],
        sends: [{ topic: "other", payload: "p" }],
        decisions: [decision({ code: "result_recorded" })],
        // An unknown severity: the row is refused after all the others were written.
        alerts: message.task.info === "?n=1" ? [{ ...ALERT, severity: "odd" as "info" }] : [],
      }));
      const { outbox, rejected } = await use.store.ingestDone(
        [1, 2].map((n) => doneMessage({ info: `?n=${n}` })),
        decider,
        NOW,
      );
      assert.deepEqual([outbox.map((row) => row.topic), rejected], [["other", "clean"].toSorted(), 1]);
      const { records, outbox: rows, deadLetters } = await use.store.reads.counts();
      assert.deepEqual({ records, rows, deadLetters }, { records: 3, rows: 4, deadLetters: 1 });
      const [second, first] = await use.store.reads.tasks(taskFilter({ type: "fetch" }));
      assert.deepEqual([first?.state, second?.state], ["queued", "finished"]);
      const codes = async (id: number | undefined) => (await use.one(String(id))).decisions.map((row) => row.code);
      assert.deepEqual(await codes(first?.record_id), ["created_by_hand"]);
      assert.deepEqual(await codes(second?.record_id), ["created_by_hand", "result_recorded"]);
    });

    it("stores a message as a dead letter when the decision itself fails", async () => {
      const decider = doneDecider(() => {
        throw new TypeError("x is undefined");
      });
      assert.equal((await use.store.ingestDone([doneMessage()], decider, NOW)).rejected, 1);
      const [deadLetter] = await use.store.reads.deadLetters({ limit: 10, before: null, includeRedriven: false });
      assert.equal(deadLetter?.code, "internal_error");
      assert.match(deadLetter?.reason ?? "", /TypeError: x is undefined/);
    });
  });
}
