import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MINUTE } from "../../../src/contract/time/time-units.ts";
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
    .map(({ parent_id, child_id }) => `${parent_id}->${child_id}`)
    .toSorted();
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

  it("is found however the path is spelt, in a repeated key, in `file`, and in an info with escapes", async (t) => {
    const flow =
      FLOW +
      phase("cloud", { files_glob: "gs://lake/**" }) +
      phase("near", { files: "rel/*" }) +
      phase("url", { files: "file:///u/*" });
    const meta = (...paths: string[]) => ({
      meta: `workflow=flow.toml${paths.map((path) => `&out=${encodeURIComponent(path)}`).join("")}`,
    });
    const cases: [object, string][] = [
      [meta("file:///out/a%20b.csv"), "/out/a b.csv"],
      [meta("file://localhost/out/c.csv"), "/out/c.csv"],
      [meta("gcs://lake/x/y"), "gs://lake/x/y"],
      [meta("./rel/a"), "rel/a"],
      [meta("/u/v"), "file:///u/v"],
      [meta("/out/1.csv", "/nowhere/2", "/out/3.csv"), "/out/3.csv"],
      [{ meta: "workflow=flow.toml&file=/out/f.csv" }, "/out/f.csv"],
      [{ info: "/out/a%20c.csv?day=2026-11-24", meta: "workflow=flow.toml" }, "/out/a c.csv"],
      [{ info: "?to=file%3A%2F%2F%2Fout%2Fd.csv", meta: "workflow=flow.toml" }, "/out/d.csv"],
      [{ info: "?day=1", meta: `workflow=flow.toml${"&x=/var/y".repeat(50)}&out=/out/e.csv` }, "/out/e.csv"],
    ];
    for (const isEarly of [false, true]) {
      const rig = await rigWith(t, flow);
      for (const [index, [more, path]] of cases.entries()) {
        const before = links(rig).length;
        if (isEarly) await arrive(rig, path);
        await report(rig, rootTask(rig, { ...cut, id: `run-${index}`, ...more }), "complete");
        if (!isEarly) await arrive(rig, path);
        assert.equal(links(rig).length, before + 1, `${path} ${isEarly}`);
      }
    }
  });

  it("links neither a folder nor a relative path with what lies below or elsewhere", async (t) => {
    const rig = await rigWith(t, FLOW);
    await report(rig, rootTask(rig, cut), "complete", { meta: "workflow=flow.toml&a=/out/&b=out/1.csv&c=/out" });
    await arrive(rig, "/out/1.csv");
    assert.deepEqual(links(rig), []);
  });

  it("goes on where a worker writes its file in the place of the one that it was made of", async (t) => {
    const rig = await rigWith(t, FLOW + phase("raw", { files: "/raw/*" }));
    await arrive(rig, "/raw/1.csv");
    const raw = takeOne(rig);
    await report(rig, raw, "complete", { meta: raw.meta.replace("/raw/1.csv", "/out/1.csv") });
    await arrive(rig, "/out/1.csv", "/raw/1.csv");
    assert.deepEqual(links(rig), ["1->2"]);
  });

  it("takes each event that came while the record ran, the newest report for a later one, and no circle", async (t) => {
    const rig = await rigWith(t, phase("a", { files: "/a/*", gather: 2 }) + phase("b", { files: "/b/*" }));
    const root = rootTask(rig, { ...cut, meta: "workflow=flow.toml&x=/a/1&y=/a/2&z=/b/1" });
    await arrive(rig, "/b/1", "/b/1", "/a/1", "/a/2");
    const [, , a] = takeSent(rig);
    await report(rig, root, "complete");
    assert.deepEqual(links(rig), ["4->1", "4->2", "4->3"]);
    await report(rig, rootTask(rig, { ...cut, id: "late", meta: "workflow=flow.toml&x=/a/1" }), "complete");
    assert.deepEqual(links(rig), ["4->1", "4->2", "4->3", "5->3"], "its other file still comes of the first");
    assert.ok(a !== undefined);
    await report(rig, a, "complete", { meta: `${a.meta}&out=/b/1&again=/a/1` });
    assert.deepEqual(links(rig), ["4->1", "4->2", "4->3", "5->3"], "b came before it");
    await arrive(rig, "/b/1");
    const all = await tree(rig, "run-cut");
    assert.equal(all.length, 5, "without the late record, which this run did not come of");
    assert.ok(all.includes("6 b <- 3"));
  });

  it("costs one search of an index, also with very many reports", async (t) => {
    const rig = await rigWith(t, FLOW);
    const path = (index: number): string => `/out/${index % 1000}/${index}.csv`;
    for (let run = 0; run < 20; run++) {
      const out = Array.from({ length: 1000 }, (_, index) => `&o=${path(run * 1000 + index)}`).join("");
      await report(rig, rootTask(rig, { ...cut, id: `run-${run}` }), "complete", { meta: `workflow=flow.toml${out}` });
    }
    await arrive(rig, path(0), path(19_998), "/out/0/none.csv");
    assert.deepEqual(links(rig), ["1->21", "20->22"]);
  });
});
