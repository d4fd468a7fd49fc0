import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { secondsText } from "../../src/contract/instant.ts";
import { MessageError } from "../../src/contract/message-error.ts";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import type { DoneState, TickDecider } from "../../src/core/decider.ts";
import { NO_EFFECTS, type NewAlert, type NewTask } from "../../src/core/effects.ts";
import type { Store } from "../../src/store/store.ts";
import {
  childTask,
  decision,
  doneDecider,
  doneMessage,
  fileDecider,
  fileMessage,
  HOUR,
  loadedFile,
  loadedPhase,
  newTask,
  NOW,
  taskFilter,
  taskMessage,
} from "./factories.ts";

/** What an adapter brings to the suite: an empty database, opened, and opened again as after a clean stop or a crash. */
export interface StoreUnderTest {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const ALERT: NewAlert = {
  type: "retry_exhausted",
  severity: "critical",
  atOnce: false,
  taskId: "t",
  taskType: "fetch",
  job: "",
  taskTime: null,
  message: "gave up",
  phaseId: 0,
};

export function storeContract(name: string, prepare: () => StoreUnderTest): void {
  describe(`${name}: the port to the database`, () => {
    let place: StoreUnderTest;
    let store: Store;

    beforeEach(async () => {
      place = prepare();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const one = async (id: string) => {
      const rows = await store.questions.taskHistory(id);
      assert.equal(rows.length, 1, `records of ${id}`);
      return rows[0]!;
    };
    const create = async (given: Partial<NewTask> = {}, now = NOW) =>
      (await store.createTasks([newTask(given)], now)).recordIds[0]!;
    const twoChildren = doneDecider((message) =>
      message.task.result !== "complete"
        ? {}
        : {
            tasks: [0, 1].map((n) =>
              childTask({ position: n, message: taskMessage({ type: "clean", info: `?n=${n}` }) }),
            ),
          },
    );

    describe("created tasks", () => {
      it("are sent as they were given, and recorded", async () => {
        const message = taskMessage({ job: "hourly", meta: "workflow=sales.toml&cron=2026-03-01T00" });
        const { outbox, recordIds } = await store.createTasks([newTask({ message, phaseId: 3, taskTime: NOW })], NOW);
        assert.deepEqual(
          outbox.map((row) => [row.topic, parseTaskMessage(row.payload)]),
          [["fetch", message]],
        );
        const { task, decisions } = await one(String(recordIds[0]));
        assert.equal(task.state, "queued");
        assert.equal(task.created, NOW);
        assert.equal(task.task_time, NOW);
        assert.deepEqual(
          decisions.map((row) => [row.code, row.phase_id]),
          [["created_by_hand", 0]],
        );
      });

      it("come once, however often they are created", async () => {
        const first = await store.createTasks([newTask()], NOW);
        const again = await store.createTasks([newTask()], NOW + 5);
        assert.deepEqual(again.recordIds, first.recordIds);
        assert.deepEqual(again.outbox, []);
        assert.equal((await store.questions.counts()).records, 1);
      });

      it("wait in the outbox until they are due, then count as queued", async () => {
        const id = await create({ state: "waiting", dueAt: NOW + 500 });
        assert.equal((await one(String(id))).task.state, "waiting");
        assert.equal(await store.nextDueAt([]), NOW + 500);
        assert.equal(await store.nextDueAt(["fetch"]), null);
        assert.deepEqual(await store.claimOutbox(NOW + 499, 10, []), []);
        const rows = await store.claimOutbox(NOW + 500, 10, []);
        assert.deepEqual(
          rows.map((row) => parseTaskMessage(row.payload)),
          [taskMessage()],
        );
        assert.equal((await one(String(id))).task.state, "queued");
        assert.equal(await store.nextDueAt([]), null);
      });

      it("with times in a form of their own are sent in that form", async () => {
        const message = taskMessage({ created: "2026-03-01T13:00:00.5+01:00", msg: "again" });
        const { outbox } = await store.createTasks([newTask({ message, state: "waiting", dueAt: NOW + 1 })], NOW);
        assert.deepEqual(outbox, []);
        const rows = await store.claimOutbox(NOW + 1, 10, []);
        assert.deepEqual(parseTaskMessage(rows[0]!.payload), message);
      });
    });

    describe("the outbox", () => {
      it("gives each due row to one taker, oldest first, with a limit a topic", async () => {
        const later = (type: string, n: number) =>
          newTask({ message: taskMessage({ type, info: `?n=${n}` }), state: "waiting", dueAt: NOW + 10 - n });
        await store.createTasks([later("a", 1), later("a", 2), later("a", 3), later("b", 4)], NOW);
        const first = await store.claimOutbox(NOW + 20, 2, []);
        assert.deepEqual(
          first.map((row) => parseTaskMessage(row.payload).info),
          ["?n=4", "?n=3", "?n=2"],
        );
        assert.deepEqual((await store.claimOutbox(NOW + 20, 2, ["a"])).length, 0);
        assert.deepEqual(
          (await store.claimOutbox(NOW + 20, 2, [])).map((row) => row.topic),
          ["a"],
        );
        assert.deepEqual(await store.claimOutbox(NOW + 20, 2, []), []);
      });

      it("keeps a row until it was sent, over a restart too", async () => {
        const { outbox } = await store.createTasks([newTask()], NOW);
        await store.close();
        store = await place.open();
        const again = await store.claimOutbox(NOW + 1, 10, []);
        assert.deepEqual(again, outbox);
        store.outboxSent(again.map((row) => row.id));
        await store.flush();
        assert.equal((await store.questions.counts()).outbox, 0);
        await store.close();
        store = await place.open();
        assert.deepEqual(await store.claimOutbox(NOW + 2, 10, []), []);
      });

      it("gives no id twice", async () => {
        const seen = new Set<number>();
        for (let n = 0; n < 4; n++) {
          const { outbox } = await store.createTasks([newTask({ message: taskMessage({ info: `?n=${n}` }) })], NOW);
          for (const row of outbox) {
            assert.ok(!seen.has(row.id));
            seen.add(row.id);
          }
          store.outboxSent(outbox.map((row) => row.id));
          await store.close();
          store = await place.open();
        }
      });

      it("takes a row back that could not be sent, and keeps it until its time", async () => {
        const { outbox } = await store.createTasks([newTask()], NOW);
        await store.releaseOutbox(
          outbox.map((row) => row.id),
          NOW + 700,
        );
        assert.equal(await store.nextDueAt([]), NOW + 700);
        assert.deepEqual(await store.claimOutbox(NOW + 700, 10, []), outbox);
      });

      it("carries messages that belong to no task", async () => {
        const { outbox } = await store.enqueue([{ topic: "retry-failed", payload: "x" }], NOW);
        assert.deepEqual(
          outbox.map(({ topic, payload }) => ({ topic, payload })),
          [{ topic: "retry-failed", payload: "x" }],
        );
      });

      it("lets go of what needs no sending any more", async () => {
        const id = await create({ state: "waiting", dueAt: NOW + 500 });
        await store.ingestDone([doneMessage()], doneDecider(), NOW + 100);
        assert.equal((await one(String(id))).task.state, "finished");
        assert.deepEqual(await store.claimOutbox(NOW + 600, 10, []), []);
        assert.equal((await store.questions.counts()).outbox, 0);
      });
    });

    describe("done", () => {
      it("finishes the record it answers and starts its children", async () => {
        const parent = await create();
        const { outbox, rejected } = await store.ingestDone([doneMessage({ msg: "rows=3" })], twoChildren, NOW + 3000);
        assert.equal(rejected, 0);
        assert.deepEqual(
          outbox.map((row) => [row.topic, parseTaskMessage(row.payload).info]),
          [
            ["clean", "?n=0"],
            ["clean", "?n=1"],
          ],
        );
        const { task, children } = await one(String(parent));
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
        const child = await one(String(children[0]!.record_id));
        assert.deepEqual(
          child.parents.map((row) => [row.record_id, row.kind]),
          [[parent, "triggered"]],
        );
        assert.deepEqual(
          child.decisions.map((row) => row.code),
          ["child_started"],
        );
      });

      it("changes nothing when the same group comes again", async () => {
        await create();
        const group = [doneMessage(), doneMessage()];
        await store.ingestDone(group, twoChildren, NOW + 3000);
        const before = await store.questions.tasks(taskFilter());
        const again = await store.ingestDone(group, twoChildren, NOW + 9000);
        assert.deepEqual(again.outbox, []);
        assert.deepEqual(await store.questions.tasks(taskFilter()), before);
      });

      it("starts a child once over all attempts, even when a decision asks for it again", async () => {
        await create();
        const careless = doneDecider(() => ({ tasks: [childTask()] }));
        await store.ingestDone([doneMessage({ result: "error" }, { attempt: 0 })], careless, NOW);
        const second = await store.ingestDone(
          [doneMessage({ created: secondsText(NOW + 1000) }, { attempt: 1 })],
          doneDecider((_, state) => ({
            record: null,
            tasks: [childTask({ relation: { kind: "triggered", parentId: state.candidates[0]?.recordId ?? 1 } })],
          })),
          NOW,
        );
        assert.deepEqual(second.outbox, []);
        assert.equal((await store.questions.tasks(taskFilter({ type: "clean" }))).length, 1);
      });

      it("records a task that nobody here sent", async () => {
        const message = doneMessage({ id: "", created: "", result: "warn" });
        await store.ingestDone([message], doneDecider(), NOW);
        const [row] = await store.questions.tasks(taskFilter());
        assert.deepEqual([row?.origin, row?.state, row?.result, row?.created], ["external", "finished", "warn", null]);
      });

      it("tells two siblings that look the same apart", async () => {
        await store.createTasks(
          [1, 2].map((n) => newTask({ message: taskMessage({ info: `?n=${n}` }) })),
          NOW,
        );
        const sameChild = doneDecider(() => ({ tasks: [childTask()] }));
        await store.ingestDone(
          [1, 2].map((n) => doneMessage({ info: `?n=${n}` })),
          sameChild,
          NOW,
        );
        const twins = () => store.questions.tasks(taskFilter({ type: "clean" }));
        assert.deepEqual(
          (await twins()).map((row) => row.state),
          ["queued", "queued"],
        );
        const answer = doneMessage({ type: "clean" });
        await store.ingestDone([answer], doneDecider(), NOW);
        assert.deepEqual((await twins()).map((row) => row.state).toSorted(), ["finished", "queued"]);
        await store.ingestDone([answer], doneDecider(), NOW);
        assert.deepEqual(
          (await twins()).map((row) => row.state),
          ["finished", "finished"],
        );
      });

      it("shows the decision the candidates, the next attempt and whether children were started", async () => {
        await create();
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
        await store.ingestDone([doneMessage({ result: "error" }, { attempt: 0 })], look, NOW);
        await store.ingestDone(
          [doneMessage({ created: secondsText(NOW + 60_000), result: "warn" }, { attempt: 1 })],
          look,
          NOW,
        );
        await store.ingestDone([doneMessage({ created: "" }, { attempt: 7 })], look, NOW);
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

      it("keeps a retry as a row of its own, linked to the attempt before, and cancels it when asked", async () => {
        const parent = await create();
        const retry = newTask({
          message: taskMessage({ created: secondsText(NOW + 60_000), meta: "retry=1" }),
          state: "waiting",
          dueAt: NOW + 60_000,
          attempt: 1,
          relation: { kind: "retry", parentId: null },
          origin: "retry",
        });
        await store.ingestDone(
          [doneMessage({ result: "error" })],
          doneDecider(() => ({ tasks: [retry] })),
          NOW,
        );
        const { children } = await one(String(parent));
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
        await store.ingestDone([doneMessage({ result: "complete" }, { attempt: 0 })], cancelling, NOW);
        assert.equal((seen as DoneState | null)?.retry?.recordId, children[0]?.record_id);
        assert.equal((await one(String(children[0]?.record_id))).task.state, "cancelled");
        assert.deepEqual(await store.claimOutbox(NOW + HOUR, 10, []), []);
        assert.deepEqual(await store.questions.counts().then(({ records, unfinished }) => ({ records, unfinished })), {
          records: 2,
          unfinished: 0,
        });
      });

      it("gives the ancestors of a record, itself first", async () => {
        await create({ phaseId: 1, taskTime: NOW });
        await store.ingestDone(
          [doneMessage()],
          doneDecider(() => ({ tasks: [childTask({ taskTime: NOW })] })),
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
        await store.ingestDone([doneMessage({ type: "clean" })], look, NOW);
        assert.deepEqual(ancestors, [
          { phaseId: 2, taskTime: NOW },
          { phaseId: 1, taskTime: NOW },
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
        const { recordIds, outbox } = await store.createTasks([slot(1), slot(2, held), slot(3, held)], NOW);
        assert.equal(outbox.length, 1);
        let slots: DoneState["slots"] = new Map();
        const release = doneDecider(
          (_, state) => {
            slots = state.slots;
            return { release: state.slots.get(5)?.held.slice(0, 1) ?? [] };
          },
          { slots: [5] },
        );
        const done = await store.ingestDone([doneMessage({ info: "?n=1" })], release, NOW + 1000);
        assert.deepEqual(slots, new Map([[5, { active: 1, held: recordIds.slice(1) }]]));
        assert.deepEqual(
          done.outbox.map((row) => parseTaskMessage(row.payload)),
          [taskMessage({ info: "?n=2" })],
        );
        await store.ingestDone([doneMessage({ info: "?n=2" })], release, NOW + 1000);
        assert.deepEqual(slots, new Map([[5, { active: 1, held: recordIds.slice(2) }]]));
        assert.deepEqual(
          (await store.expireTasks(NOW + HOUR + 999, 10, () => ({ alerts: [], decisions: [] }))).expired,
          0,
        );
        assert.deepEqual(
          (await store.expireTasks(NOW + HOUR + 1000, 10, () => ({ alerts: [], decisions: [] }))).expired,
          1,
        );
      });

      it("starts the child of a join from all its parents, once, and again when they run again", async () => {
        await store.createTasks(
          ["a", "b"].map((type) => newTask({ message: taskMessage({ type }) })),
          NOW,
        );
        const join = (restart = false) =>
          doneDecider(
            (message, state) => {
              const index = message.task.type === "a" ? 0 : 1;
              const before = state.joins.get("9|k");
              const isWhole = !restart && (before?.arrived.size ?? 0) === 1 && !before?.started;
              const child = childTask({ phaseId: 9, relation: { kind: "join", parentId: null } });
              return {
                joins: [{ phaseId: 9, joinKey: "k", parentIndex: index, restart }],
                tasks: isWhole ? [child] : [],
              };
            },
            { joins: [{ phaseId: 9, joinKey: "k" }] },
          );
        assert.equal((await store.ingestDone([doneMessage({ type: "a" })], join(), NOW)).outbox.length, 0);
        assert.equal((await store.ingestDone([doneMessage({ type: "b" })], join(), NOW)).outbox.length, 1);
        const [child] = await store.questions.tasks(taskFilter({ type: "clean" }));
        const { parents } = await one(String(child?.record_id));
        assert.deepEqual(
          parents.map((row) => [row.kind, row.type]),
          [
            ["join", "a"],
            ["join", "b"],
          ],
        );

        const second = secondsText(NOW + 60_000);
        await store.createTasks(
          ["a", "b"].map((type) => newTask({ message: taskMessage({ type, created: second }) })),
          NOW,
        );
        assert.equal(
          (await store.ingestDone([doneMessage({ type: "a", created: second })], join(true), NOW)).outbox.length,
          0,
        );
        const third = await store.ingestDone([doneMessage({ type: "b", created: second })], join(), NOW + 60_000);
        assert.equal(third.outbox.length, 1);
      });

      it("sends other messages, records alerts, and keeps a message that it cannot act upon", async () => {
        await create();
        const decider = doneDecider(() => ({
          sends: [{ topic: "retry-failed", payload: "p" }],
          alerts: [ALERT],
          deadLetter: { code: "unknown_result", reason: "what is that" },
        }));
        const { outbox, rejected } = await store.ingestDone([doneMessage({ result: "odd" })], decider, NOW);
        assert.deepEqual([outbox.map((row) => row.topic), rejected], [["retry-failed"], 0]);
        const [letter] = await store.questions.deadLetters({ limit: 10, before: null, includeRedriven: false });
        assert.deepEqual([letter?.code, letter?.reason, letter?.topic], ["unknown_result", "what is that", "done"]);
      });

      it("puts a message that throws aside, with the reason, and none of the others", async () => {
        await store.createTasks(
          [1, 2, 3].map((n) => newTask({ message: taskMessage({ info: `?n=${n}` }) })),
          NOW,
        );
        const decider = doneDecider((message) => {
          if (message.task.info === "?n=2") throw new MessageError("bad_thing", "it is bad");
          return { tasks: [childTask({ message: taskMessage({ type: "clean", info: message.task.info }) })] };
        });
        const group = [1, 2, 3].map((n) => doneMessage({ info: `?n=${n}` }));
        const { outbox, rejected } = await store.ingestDone(group, decider, NOW);
        assert.equal(rejected, 1);
        assert.deepEqual(
          outbox.map((row) => parseTaskMessage(row.payload).info),
          ["?n=1", "?n=3"],
        );
        const [letter, ...others] = await store.questions.deadLetters({
          limit: 10,
          before: null,
          includeRedriven: false,
        });
        assert.deepEqual(
          [letter?.code, letter?.reason, letter?.payload, others],
          ["bad_thing", "it is bad", group[1]?.payload, []],
        );
        const { records, unfinished } = await store.questions.counts();
        assert.deepEqual({ records, unfinished }, { records: 5, unfinished: 3 });
        assert.deepEqual(
          (await store.questions.tasks(taskFilter({ type: "fetch" }))).map((row) => row.state),
          ["finished", "queued", "finished"],
        );
      });

      it("puts a message aside on which the decision itself fails", async () => {
        const decider = doneDecider(() => {
          throw new TypeError("x is undefined");
        });
        assert.equal((await store.ingestDone([doneMessage()], decider, NOW)).rejected, 1);
        const [letter] = await store.questions.deadLetters({ limit: 10, before: null, includeRedriven: false });
        assert.equal(letter?.code, "internal_error");
        assert.match(letter?.reason ?? "", /TypeError: x is undefined/);
      });
    });

    describe("ticks", () => {
      const firing: TickDecider = {
        needs: () => ({ ancestors: false, slots: [], joins: [] }),
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
        assert.equal((await store.fireTicks(ticks, firing, NOW + 2000)).outbox.length, 4);
        assert.equal((await store.fireTicks(ticks, firing, NOW + 2000)).outbox.length, 0);
        assert.deepEqual(await store.schedules(), [{ phaseId: 4, kind: "cron", cursorAt: NOW + 2000 }]);
      });

      it("fire once even when a cursor was set back", async () => {
        const ticks = [{ phaseId: 4, scheduledAt: NOW }];
        await store.fireTicks(ticks, firing, NOW);
        await store.moveCursors(
          [
            { phaseId: 4, kind: "cron", cursorAt: NOW - HOUR },
            { phaseId: 4, kind: "expect", cursorAt: NOW },
          ],
          NOW,
        );
        assert.equal((await store.schedules()).length, 2);
        assert.equal((await store.fireTicks(ticks, firing, NOW)).outbox.length, 0);
      });

      it("are passed over when their decision fails, and hold up no other", async () => {
        const decider: TickDecider = {
          ...firing,
          decide: (tick) => {
            if (tick.phaseId === 1) throw new Error("no");
            return firing.decide(tick, { slots: new Map() });
          },
        };
        const { outbox, rejected } = await store.fireTicks(
          [
            { phaseId: 1, scheduledAt: NOW },
            { phaseId: 2, scheduledAt: NOW },
          ],
          decider,
          NOW,
        );
        assert.deepEqual([outbox.length, rejected], [2, 1]);
        assert.equal((await store.schedules()).length, 2);
      });
    });

    describe("files", () => {
      const task = (info: string) =>
        newTask({ message: taskMessage({ type: "load", id: `file-${info}`, info }), origin: "file", phaseId: 7 });

      it("make their tasks once a message of the bus", async () => {
        const decider = fileDecider((message) => ({
          matches: [{ phaseId: 7, gatherKey: null }],
          tasks: [task(message.event.path)],
        }));
        const message = fileMessage({ busId: "m1" });
        assert.equal((await store.ingestFiles([message, message], decider, NOW)).outbox.length, 1);
        assert.equal((await store.ingestFiles([message], decider, NOW)).outbox.length, 0);
        const span = { phaseId: 7, taskTimeAfter: NOW - 1, taskTimeUntil: NOW, untimedSince: NOW };
        assert.equal(await store.filesSeen(span), 1);
        await store.ingestFiles([fileMessage({ taskTime: null, receivedAt: NOW + 5 }, "/in/b")], decider, NOW);
        assert.equal(await store.filesSeen(span), 2);
        assert.equal(await store.filesSeen({ ...span, untimedSince: NOW + 6 }), 1);
        assert.equal(await store.filesSeen({ ...span, phaseId: 8 }), 0);
      });

      it("gather until there are enough, then go into one task", async () => {
        const decider = fileDecider(
          (message, state) => {
            const before = state.gathered.get("7|g") ?? [];
            const matches = [{ phaseId: 7, gatherKey: "g" }];
            if (before.length < 2) return { matches };
            return {
              matches,
              tasks: [task([...before.map((file) => file.path), message.event.path].join(","))],
              gatheredBy: [{ phaseId: 7, matchIds: before.map((file) => file.matchId) }],
            };
          },
          { gathered: [{ phaseId: 7, gatherKey: "g" }] },
        );
        const files = ["a", "b", "c", "d"].map((path) => fileMessage({}, path));
        const { outbox } = await store.ingestFiles(files, decider, NOW);
        assert.deepEqual(
          outbox.map((row) => parseTaskMessage(row.payload).info),
          ["a,b,c"],
        );
      });
    });

    describe("overdue tasks", () => {
      it("are told once, in the order of their deadlines", async () => {
        const due = (n: number) => newTask({ message: taskMessage({ info: `?n=${n}` }), deadlineAt: NOW + 100 - n });
        await store.createTasks([due(1), due(2), due(3)], NOW);
        const told: string[] = [];
        const expire = async (limit: number) =>
          (
            await store.expireTasks(NOW + 100, limit, (task) => {
              told.push(String(task.deadlineAt - NOW));
              return { alerts: [ALERT], decisions: [decision({ code: "incomplete" })] };
            })
          ).expired;
        assert.deepEqual([await expire(2), await expire(2), await expire(2)], [2, 1, 0]);
        assert.deepEqual(told, ["97", "98", "99"]);
        assert.equal((await store.questions.tasks(taskFilter({ state: "overdue" }))).length, 3);
      });
    });

    describe("workflows", () => {
      const parent = loadedPhase();
      const child = loadedPhase({
        key: "clean",
        task: "clean",
        type: "clean",
        dependsOn: "fetch",
        parents: ["fetch"],
        line: 5,
      });

      it("keep the rows of their phases over versions, and of files that come back", async () => {
        const [first] = await store.saveWorkflows([loadedFile({ phases: [parent, child] })], NOW);
        const [same] = await store.saveWorkflows([loadedFile({ phases: [parent, child] })], NOW + 1);
        assert.deepEqual(same, first);
        const [shorter] = await store.saveWorkflows([loadedFile({ checksum: "sum-2", phases: [child] })], NOW + 2);
        assert.deepEqual([...(shorter?.phaseIds ?? [])], [["clean", first?.phaseIds.get("clean")]]);
        assert.notEqual(shorter?.versionId, first?.versionId);
        await store.saveWorkflows([], NOW + 3);
        assert.deepEqual(await store.acceptedVersions(), []);
        const [back] = await store.saveWorkflows([loadedFile({ phases: [parent, child] })], NOW + 4);
        assert.deepEqual(back?.phaseIds, first?.phaseIds);
      });

      it("keep the last good version in force while the file is broken", async () => {
        const [good] = await store.saveWorkflows([loadedFile()], NOW);
        const issue = { severity: "error", code: "syntax", line: 1, column: 2, message: "no", remedy: "do" } as const;
        const broken = loadedFile({ source: "[[", checksum: "sum-2", accepted: false, phases: [], issues: [issue] });
        const [kept] = await store.saveWorkflows([broken], NOW + 1);
        assert.deepEqual(kept, good);
        assert.deepEqual(await store.acceptedVersions(), [
          { name: "sales.toml", path: "workflows/sales.toml", versionId: good?.versionId, source: "[[phase]]" },
        ]);
        const [never] = await store.saveWorkflows([{ ...broken, name: "new.toml" }], NOW + 2);
        assert.deepEqual(never, { name: "new.toml", versionId: 0, phaseIds: new Map() });
      });

      it("give records and decisions their names", async () => {
        const [saved] = await store.saveWorkflows([loadedFile()], NOW);
        const phaseId = saved?.phaseIds.get("fetch") ?? 0;
        const id = await create({ phaseId, decision: decision({ phaseId }) });
        const { task, decisions } = await one(String(id));
        assert.equal(task.workflow, "sales.toml");
        assert.deepEqual(decisions[0]?.phase, { task: "fetch", workflow: "sales.toml" });
      });
    });

    describe("dead letters", () => {
      it("are kept, and redriven once", async () => {
        const letter = (n: number) => ({
          topic: "done",
          payload: `${n}`,
          reason: "bad",
          code: "bad_json",
          receivedAt: NOW + n,
        });
        await store.addDeadLetters([letter(1), letter(2), letter(3)]);
        const open = await store.questions.deadLetters({ limit: 2, before: null, includeRedriven: false });
        assert.deepEqual(
          open.map((row) => row.payload),
          ["3", "2"],
        );
        const taken = await store.redriveDeadLetters([open[0]!.id], NOW + 9);
        assert.deepEqual(
          taken.map(({ topic, payload }) => ({ topic, payload })),
          [{ topic: "done", payload: "3" }],
        );
        assert.deepEqual(await store.redriveDeadLetters([open[0]!.id], NOW + 10), []);
        assert.equal((await store.redriveDeadLetters("all", NOW + 10)).length, 2);
        assert.equal((await store.questions.counts()).deadLetters, 0);
        const all = await store.questions.deadLetters({ limit: 10, before: open[0]!.id, includeRedriven: true });
        assert.deepEqual(
          all.map((row) => [row.payload, row.redriven_at]),
          [
            ["2", NOW + 10],
            ["1", NOW + 10],
          ],
        );
      });
    });

    describe("values of the instance", () => {
      it("are kept, replaced and removed", async () => {
        await store.putState(
          new Map([
            ["a", "1"],
            ["b", "2"],
          ]),
        );
        await store.putState(
          new Map([
            ["a", "3"],
            ["b", null],
          ]),
        );
        assert.deepEqual([await store.getState("a"), await store.getState("b")], ["3", null]);
        await store.watchedFiles.mark([{ path: "/in/a", fingerprint: "1" }]);
        await store.watchedFiles.mark([{ path: "/in/a", fingerprint: "2" }]);
        assert.deepEqual(
          [await store.watchedFiles.fingerprint("/in/a"), await store.watchedFiles.fingerprint("/in/b")],
          ["2", null],
        );
      });
    });

    describe("lists of tasks", () => {
      const ids = async (filter: Parameters<typeof taskFilter>[0]) =>
        (await store.questions.tasks(taskFilter(filter))).map((row) => row.info);

      beforeEach(async () => {
        const kinds = [
          ["a", "x"],
          ["a", "y"],
          ["b", ""],
          ["b", "x"],
        ] as const;
        const task = (n: number) => {
          const [type, job] = kinds[n % 4]!;
          return newTask({ message: taskMessage({ type, job, info: `${n}` }) });
        };
        await store.createTasks(
          Array.from({ length: 16 }, (_, n) => task(n)),
          NOW,
        );
        const result = (n: number) => (n < 4 ? "complete" : n < 8 ? "error" : "warn");
        const done = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => doneMessage({ ...task(n).message, result: result(n) }));
        await store.ingestDone(done, doneDecider(), NOW);
      });

      it("go back from the newest by page", async () => {
        const first = await store.questions.tasks(taskFilter({ limit: 3 }));
        assert.deepEqual(
          first.map((row) => row.info),
          ["15", "14", "13"],
        );
        assert.deepEqual(await ids({ limit: 2, before: first[2]!.record_id }), ["12", "11"]);
      });

      it("filter by type, job, result and state, in any combination", async () => {
        assert.deepEqual(await ids({ type: "a" }), ["13", "12", "9", "8", "5", "4", "1", "0"]);
        assert.deepEqual(await ids({ type: "b", job: "" }), ["14", "10", "6", "2"]);
        assert.deepEqual(await ids({ job: "x", limit: 3 }), ["15", "12", "11"]);
        assert.deepEqual(await ids({ result: "error" }), ["7", "6", "5", "4"]);
        assert.deepEqual(await ids({ result: "complete", limit: 2 }), ["3", "2"]);
        assert.deepEqual(await ids({ state: "finished", limit: 2 }), ["8", "7"]);
        assert.deepEqual(await ids({ state: "queued", limit: 2 }), ["15", "14"]);
        assert.deepEqual(await ids({ type: "b", result: "error" }), ["7", "6"]);
        assert.deepEqual(await ids({ type: "b", job: "x", state: "queued" }), ["15", "11"]);
        assert.deepEqual(await ids({ type: "a", state: "finished", result: "warn" }), ["8"]);
        assert.deepEqual(await ids({ state: "queued", result: "error" }), []);
        assert.deepEqual(await ids({ type: "c" }), []);
      });
    });
  });
}
