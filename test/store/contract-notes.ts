import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MAX_NOTES } from "../../src/contract/note-target.ts";
import { parseTaskQuery } from "../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../src/contract/query/task-query-values.ts";
import type { NewDecision } from "../../src/core/decide/effects.ts";
import type { ContractDatabase } from "./contract-database.ts";
import { NOW, taskMessage } from "./factories.ts";

const NOTHING = { recordId: null, fileMessageId: null };

function decided(code: "note_added" | "note_removed"): () => NewDecision {
  return () => ({ code, phaseId: 0, taskTime: null, data: { by: "ann" } });
}

export function notesContract(use: ContractDatabase): void {
  const add = (target: "task" | "day", targetId: number, text: string): Promise<number | null> =>
    use.store.notes.add(
      { target, target_id: targetId, text, author: "ann" },
      { ...NOTHING, recordId: target === "task" ? targetId : null },
      decided("note_added"),
      NOW,
    );

  const task = (id: string): Promise<number> => use.create({ message: taskMessage({ id }) });

  const found = async (text: string): Promise<readonly number[]> => {
    const query = parseTaskQuery(text, utcClock(NOW));
    const { rows } = await use.store.reads.searchTasks({ query, before: null, limit: 10 });
    return rows.map((row) => row.record_id);
  };

  describe("notes", () => {
    it("belong to one target, and are kept over a restart", async () => {
      const [one, other] = [await task("1"), await task("2")];
      const first = await add("task", one, "a");
      await add("task", other, "b");
      await add("day", one, "c");
      await use.reopen();
      const rows = await use.store.reads.notes.of("task", [one, one, 999]);
      assert.deepEqual(rows, [{ id: first, target: "task", target_id: one, text: "a", author: "ann", at: NOW }]);
      assert.deepEqual(await use.store.reads.notes.of("task", []), []);
      assert.deepEqual(
        (await use.store.reads.notes.of("task", [one, other])).map(({ text }) => text),
        ["a", "b"],
      );
    });

    it("leave their decision, added and removed, and a removed number does not come back", async () => {
      const record = await use.create();
      const id = (await add("task", record, "a")) ?? 0;
      const { notes } = use.store;
      const about = { ...NOTHING, recordId: record };
      const remove = (targetId: number) =>
        notes.remove({ id, target: "task", target_id: targetId }, about, decided("note_removed"), NOW);
      assert.equal(await remove(record + 1), null, "it is another task's");
      assert.equal((await remove(record))?.text, "a");
      assert.equal(await remove(record), null);
      const codes = (await use.one(String(record))).decisions.map(({ code }) => code);
      assert.deepEqual(codes.slice(-2), ["note_added", "note_removed"]);
      await use.reopen();
      assert.ok(((await add("task", record, "b")) ?? 0) > id);
    });

    it("are at most so many of one target", async () => {
      const record = await use.create();
      for (let n = 0; n < MAX_NOTES; n++) assert.notEqual(await add("task", record, "x"), null);
      assert.equal(await add("task", record, "x"), null);
      assert.notEqual(await add("task", record + 1, "x"), null);
    });

    it("find tasks, written before or after the task was indexed", async () => {
      const [early, late, none] = [await task("1"), await task("2"), await task("3")];
      await add("task", early, "the disk was full");
      await use.store.indexSearch(100);
      await add("task", late, "another disk");
      await add("day", none, "a disk");
      assert.deepEqual(await found("note:disk"), [late, early]);
      assert.deepEqual(await found('note:"was full"'), [early]);
      assert.deepEqual(await found("note:* -note:another"), [early]);
      assert.deepEqual(await found("-note:*"), [none]);
      assert.deepEqual(await found(`note:another OR record:${none}`), [none, late]);
      assert.deepEqual(await found("note:disk note:full,another -note:another"), [early]);
    });
  });
}
