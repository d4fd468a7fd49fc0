import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MINUTE } from "../../../src/contract/time-units.ts";
import { arrive, phase, report, rigWith, rootTask, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const FLOW =
  phase("cut", { cron: "0 * * * *" }) +
  phase("clean", { files_glob: "/out/**/*.csv" }) +
  phase("sum", { dependsOn: "clean" }) +
  phase("other", { files: "/in/*" });

async function tree(rig: Rig, id: string): Promise<string[]> {
  const run = await rig.store.reads.lineage.run(id);
  return (run?.tasks ?? []).map((task) => `${task.record_id} ${task.type} <- ${task.parent_id ?? "-"}`);
}

function links(rig: Rig): string[] {
  return rig.stored
    .relationships()
    .filter(({ kind }) => kind === "file")
    .map(({ parent_id, child_id }) => `${parent_id}->${child_id}`);
}

const cut = { type: "cut", id: "run-cut", info: "?day=2026-11-24", meta: "workflow=flow.toml" };

describe("lineage through files", () => {
  it("goes on from the task that reported the path to the tasks that its file made", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig, cut), "complete", { meta: "workflow=flow.toml&output=%2Fout%2Fa%2F1.csv" });
    await arrive(rig, "/out/a/1.csv");
    const clean = takeOne(rig);
    await report(rig, clean, "complete");
    const all = ["1 cut <- -", "2 clean <- 1", "3 sum <- 2"];
    for (const id of ["1", "2", "3", "run-cut", clean.id]) assert.deepEqual(await tree(rig, id), all, id);
    const [why] = await rig.store.reads.lineage.why("2");
    assert.deepEqual(
      why?.parents.map(({ type }) => type),
      ["cut"],
    );
    assert.equal((await rig.store.reads.lineage.why(clean.id)).length, 2, "of the run itself");
    assert.deepEqual(
      (await rig.store.reads.lineage.ancestors(3))?.tasks.map((task) => task.record_id),
      [3, 2, 1],
    );
  });

  it("is found too where the event comes before the report, over a restart, by the info or its query", async (t) => {
    for (const more of [{ info: "/out/a/1.csv?x=1" }, { info: "?to=/out/a/1.csv" }]) {
      const rig = await rigWith(t, FLOW);
      const task = rootTask(rig, { ...cut, ...more });
      rig.now += MINUTE;
      await arrive(rig, "/out/a/1.csv");
      await rig.reopen();
      await report(rig, task, "complete");
      assert.deepEqual(links(rig), ["2->1"]);
    }
  });

  it("names the newest of the records that reported a path, and of gathered files each one", async (t) => {
    const rig = await rigWith(t, FLOW + phase("merge", { files: "/parts/*", gather: 2 }));
    const out = (path: string) => ({ meta: `workflow=flow.toml&output=${encodeURIComponent(path)}` });
    await report(rig, rootTask(rig, { ...cut, id: "one" }), "complete", out("/parts/1"));
    await report(rig, rootTask(rig, { ...cut, id: "two" }), "warn", out("/parts/2"));
    await arrive(rig, "/parts/1", "/parts/2");
    assert.deepEqual(links(rig), ["1->3", "2->3"]);
    rig.now += MINUTE;
    await report(rig, rootTask(rig, { ...cut, id: "three" }), "complete", out("/parts/1"));
    await arrive(rig, "/parts/1", "/parts/2");
    assert.deepEqual(links(rig), ["1->3", "2->3", "2->5", "4->5"]);
    assert.deepEqual(await tree(rig, "three"), ["4 cut <- -", "5 merge <- 4"]);
    const merges = ["1 cut <- -", "2 cut <- -", "3 merge <- 1", "5 merge <- 2"];
    assert.deepEqual(await tree(rig, "3"), merges);
  });

  it("is not made up: of a file that the task was made of, of a path that nobody waits for, or that nobody reported", async (t) => {
    const rig = await rigWith(t, FLOW + phase("copy", { dependsOn: "other", template: "{meta:file}" }));
    await arrive(rig, "/in/a");
    const other = takeOne(rig);
    await report(rig, other, "complete", { meta: `${other.meta}&rows=3&log=%2Fvar%2Flog%2Fx` });
    const copy = takeOne(rig);
    await report(rig, { ...copy, info: copy.info }, "complete");
    await arrive(rig, "/in/a", "/in/b", "/out/x/9.csv");
    assert.deepEqual(links(rig), []);
    assert.equal(takeSent(rig).length, 3);
  });
});
