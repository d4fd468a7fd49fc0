import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChangeKind, Changes } from "../../src/contract/live/changes.ts";
import type { ContractDatabase } from "./contract-database.ts";
import * as made from "./factories.ts";
import { ALERT, childTask, decision, doneDecider, doneMessage, newTask, NOW, taskMessage } from "./factories.ts";

const NOTHING = { recordId: null, fileMessageId: null };

/** What is announced from now on, without the empty lists. */
function announced(use: ContractDatabase): (Partial<Record<ChangeKind, readonly number[]>> | "all")[] {
  const found: (Partial<Record<ChangeKind, readonly number[]>> | "all")[] = [];
  use.store.onChange(({ all, ...ids }: Changes) => {
    const named = Object.entries(ids).filter(([, list]) => list.length > 0);
    found.push(all ? "all" : Object.fromEntries(named));
  });
  return found;
}

export function changeContract(use: ContractDatabase): void {
  describe("announces what was committed", () => {
    it("tasks that are made, finished and start others, once a commit", async () => {
      const found = announced(use);
      const id = await use.create();
      const decider = doneDecider(() => ({ tasks: [childTask()], alerts: [ALERT] }));
      await use.store.ingestDone([doneMessage(), doneMessage()], decider, NOW);
      const [made, done] = found;
      assert.deepEqual([found.length, made], [2, { tasks: [id] }]);
      assert.deepEqual(done, { tasks: [id, id + 1], alerts: [1] });
    });

    it("alerts that people change, file events, workflow files, pauses and notes", async () => {
      const id = await use.create();
      await use.store.record({ alerts: [ALERT], decisions: [] }, NOW);
      const found = announced(use);
      await use.store.alerts.acknowledge([1, 77], { by: "ann", note: "" }, NOW);
      await use.store.ingestFiles(
        [made.fileMessage()],
        made.fileDecider(() => ({})),
        NOW,
      );
      const [saved] = await use.store.saveWorkflows([made.loadedFile()], NOW);
      const phaseId = [...(saved?.phaseIds.values() ?? [])][0] ?? 0;
      await use.store.saveWorkflows([made.loadedFile()], NOW);
      await use.store.saveWorkflows([], NOW);
      await use.store.pauses.begin([{ phaseId, until: null, by: "ann", reason: "", decision: decision() }], NOW);
      const note = { target: "task", target_id: id, text: "a", author: "ann" } as const;
      const noteId = (await use.store.notes.add(note, NOTHING, () => decision(), NOW)) ?? 0;
      assert.deepEqual(found, [
        { alerts: [1] },
        { files: [1] },
        { workflows: [1] },
        { workflows: [1] },
        { pauses: [phaseId] },
        { notes: [noteId] },
      ]);
    });

    it("nothing of a transaction or a message that was rolled back", async () => {
      const id = await use.create();
      const found = announced(use);
      await assert.rejects(
        use.store.createTasks([newTask({ message: taskMessage({ id: "2" }) })], NOW, {
          phaseId: 0,
          decide: () => {
            throw new Error("no");
          },
        }),
      );
      const bad = doneMessage({ id: "bad" });
      // Refused by a CHECK of the table, after its child was written.
      const wrong = { ...ALERT, severity: "loud" as never };
      const decider = doneDecider((message) => (message === bad ? { tasks: [childTask()], alerts: [wrong] } : {}));
      const { rejected } = await use.store.ingestDone([bad, doneMessage()], decider, NOW);
      assert.equal(rejected, 1);
      assert.deepEqual(found, [{ tasks: [id] }]);
    });

    it("to everyone who listens until they stop, whatever another makes of it", async (t) => {
      const warnings: unknown[] = [];
      t.mock.method(process, "emitWarning", (warning: unknown) => warnings.push(warning));
      use.store.onChange(() => {
        throw new Error("the page is gone");
      });
      const [first, second] = [announced(use), announced(use)];
      const third: Changes[] = [];
      const stop = use.store.onChange((changes) => third.push(changes));
      await use.create();
      stop();
      stop();
      await use.create({ message: taskMessage({ id: "2" }) });
      assert.deepEqual([first.length, second.length, third.length], [2, 2, 1]);
      assert.deepEqual(warnings.map(String), ["Error: the page is gone", "Error: the page is gone"]);
    });

    it("not which, when they are too many", async () => {
      const found = announced(use);
      const tasks = Array.from({ length: 10_001 }, (_, n) => newTask({ message: taskMessage({ id: `t${n}` }) }));
      await use.store.createTasks(tasks, NOW);
      const last = await use.create();
      assert.deepEqual(found, ["all", { tasks: [last] }]);
    });
  });
}
