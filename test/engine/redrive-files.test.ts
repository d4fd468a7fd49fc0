import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { redriveFilesRequest, type RedriveFilesRequest } from "../../src/contract/api/file-api.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { redriveFiles, type FilesRedriven } from "../../src/engine/redrive-files.ts";
import { arrive, codes, dataOf, phase, report, rigWith, takeOne, takeSent } from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

const CSV = phase("a", { files: "/in/*.csv", template: "{meta:file}" });
const ALL = phase("a", { files: "/in/*", template: "{meta:file}" });

async function again(rig: Rig, given: object, context: EngineContext = rig.context): Promise<FilesRedriven> {
  return await redriveFiles(redriveFilesRequest.parse(given), context);
}

/** Turn after turn to the end; answers how many tasks were made. */
async function toTheEnd(rig: Rig, given: object, context: EngineContext = rig.context): Promise<number> {
  let tasks = 0;
  let more: Partial<RedriveFilesRequest> = {};
  for (;;) {
    const { results, next, up_to } = await again(rig, { ...given, ...more }, context);
    for (const result of results) tasks += result.tasks.length;
    if (next === null) return tasks;
    more = { after: next, up_to };
  }
}

async function reloaded(rig: Rig, flow: string): Promise<void> {
  await rig.write("flow.toml", flow);
  await rig.reload();
}

/** Every row of the tables that a second look may change. */
function everything(rig: Rig): unknown {
  const tables = ["file_messages", "file_pattern_matches", "file_near_misses", "file_counts_hourly", "task_records"];
  return [...tables, "decisions", "outbox"].map((table) => rig.rows(`SELECT * FROM ${table}`));
}

function tasksOf(rig: Rig): unknown[] {
  return rig.rows("SELECT info, count(*) AS tasks FROM task_records GROUP BY info ORDER BY info").map(Object.values);
}

async function withMisses(t: TestContext, count: number): Promise<Rig> {
  const rig = await rigWith(t, CSV);
  await arrive(rig, ...Array.from({ length: count }, (_, n) => `/in/${String(n).padStart(4, "0")}.txt`));
  return rig;
}

describe("a second look at kept events", () => {
  it("makes the task that the workflow of today wants, once an event and phase", async (t) => {
    const rig = await rigWith(t, CSV);
    await arrive(rig, "/in/a.csv", "/in/b.txt");
    takeSent(rig);
    await reloaded(rig, ALL + phase("b", { files: "/in/?.csv" }));
    const { results, next } = await again(rig, { ids: [1, 2, 2, 99] });
    assert.equal(next, null);
    assert.deepEqual(
      results.map(({ id, matched, taken, tasks }) => [id, matched, taken, tasks.map(({ type }) => type)]),
      [
        [1, 2, 1, ["b"]],
        [2, 1, 0, ["a"]],
      ],
    );
    assert.deepEqual(
      takeSent(rig).map(({ type }) => type),
      ["b", "a"],
    );
    assert.deepEqual(dataOf(rig, "file_redriven"), { path: "/in/b.txt", matched: 1, tasks: 1 });
    const [skipped] = rig.rows(
      "SELECT file_message_id, data FROM decisions WHERE code = 'file_redriven' AND phase_id > 0",
    );
    assert.deepEqual(
      [skipped?.["file_message_id"], JSON.parse(String(skipped?.["data"]))],
      [1, { path: "/in/a.csv", earlier: 1 }],
    );
    assert.equal(await toTheEnd(rig, { ids: [1, 2] }), 0);
    assert.deepEqual(rig.rows("SELECT matched, tasks FROM file_messages").map(Object.values), [
      [2, 2],
      [1, 1],
    ]);
  });

  it("with force makes one more for each phase, and the first stays the event's", async (t) => {
    const rig = await rigWith(t, ALL);
    await arrive(rig, "/in/a");
    assert.equal(await toTheEnd(rig, { ids: [1], force: true }), 1);
    assert.equal(await toTheEnd(rig, { path: "/in/*", force: true }), 1);
    assert.deepEqual(tasksOf(rig), [["/in/a", 3]]);
    assert.deepEqual(rig.rows("SELECT record_id FROM file_pattern_matches").map(Object.values), [[1]]);
    const { tasks } = (await rig.store.questions.files.show(1)) ?? assert.fail();
    assert.deepEqual(
      tasks.map(({ record_id: id }) => id),
      [1, 2, 3],
    );
    assert.equal(dataOf(rig, "file_redriven")["force"], true);
  });

  it("takes what a filter finds turn by turn, without what comes meanwhile", async (t) => {
    const rig = await withMisses(t, 450);
    await reloaded(rig, ALL);
    const first = await again(rig, { matched: false });
    assert.deepEqual([first.results.length, first.next, first.up_to], [200, 200, 450]);
    await arrive(rig, "/out/x");
    assert.equal(await toTheEnd(rig, { matched: false, after: first.next, up_to: first.up_to }), 250);
    assert.equal(rig.rows("SELECT 1 FROM task_records").length, 450);
    assert.equal(rig.rows("SELECT 1 FROM file_near_misses WHERE file_message_id <= 450").length, 0);
  });

  it("killed in the middle, and begun again, makes each task once", async (t) => {
    const rig = await withMisses(t, 450);
    await reloaded(rig, ALL);
    let turns = 0;
    const store = new Proxy(rig.store, {
      get: (target, name) => {
        if (name === "redriveFiles" && ++turns > 1) throw new Error("killed");
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    await assert.rejects(
      toTheEnd(rig, { matched: false }, { ...rig.context, store, graph: () => rig.context.graph() }),
      /killed/,
    );
    await rig.reopen();
    assert.equal(rig.rows("SELECT 1 FROM task_records").length, 200);
    // Asked for the same, not only for the rest.
    assert.equal(await toTheEnd(rig, { path: "/in/*" }), 250);
    assert.equal(await toTheEnd(rig, { path: "/in/*" }), 0);
    assert.ok(tasksOf(rig).every((row) => (row as unknown[])[1] === 1));
    assert.deepEqual(rig.rows("SELECT events, matched, unmatched, tasks FROM file_counts_hourly").map(Object.values), [
      [450, 450, 0, 450],
      [450, 450, 0, 450],
    ]);
  });

  it("that is only tried tells what would come of it, and changes nothing", async (t) => {
    const rig = await withMisses(t, 3);
    await reloaded(rig, ALL);
    const before = everything(rig);
    assert.equal(await toTheEnd(rig, { matched: false, dry_run: true }), 3);
    assert.deepEqual(everything(rig), before);
    assert.deepEqual(takeSent(rig), []);
    assert.equal(await toTheEnd(rig, { matched: false }), 3);
    assert.equal(takeSent(rig).length, 3);
  });

  it("that still matches nothing tells the near misses of today", async (t) => {
    const rig = await withMisses(t, 1);
    await reloaded(rig, phase("b", { files: "/in/*.text" }));
    assert.equal(await toTheEnd(rig, { ids: [1] }), 0);
    assert.deepEqual(rig.rows("SELECT pattern FROM file_near_misses").map(Object.values), [["/in/*.text"]]);
    const counts = rig.rows("SELECT phase_id, events, unmatched FROM file_counts_hourly ORDER BY phase_id");
    assert.deepEqual(counts.map(Object.values), [
      [0, 1, 1],
      [1, 0, 0],
      [2, 1, 1],
    ]);
    assert.equal(dataOf(rig, "file_redriven")["matched"], 0);
  });

  it("gathers as an arrival does, and repeats no task of gathered files", async (t) => {
    const rig = await rigWith(t, CSV);
    await arrive(rig, "/in/1.txt", "/in/2.txt", "/in/3.txt");
    await reloaded(rig, phase("g", { files: "/in/*.txt", gather: 3 }));
    const { results } = await again(rig, { ids: [1, 2] });
    assert.deepEqual(
      results.map(({ waiting, tasks }) => [waiting, tasks.length]),
      [
        [1, 0],
        [1, 0],
      ],
    );
    assert.equal(await toTheEnd(rig, { ids: [1, 2] }), 0);
    assert.equal(await toTheEnd(rig, { path: "/in/*" }), 1);
    assert.match(takeOne(rig).meta, /file=\/in\/1\.txt&file=\/in\/2\.txt&file=\/in\/3\.txt/);
    assert.equal(await toTheEnd(rig, { path: "/in/*", force: true }), 0);
    assert.equal(dataOf(rig, "file_redriven")["force"], true);
    assert.equal(rig.rows("SELECT 1 FROM file_pattern_matches WHERE record_id = 1").length, 3);
  });

  it("keeps to the cap of a phase", async (t) => {
    const rig = await withMisses(t, 2);
    await reloaded(rig, phase("a", { files: "/in/*", max_active: 1 }));
    assert.equal(await toTheEnd(rig, { matched: false }), 2);
    const first = takeOne(rig);
    assert.ok(codes(rig).includes("held"));
    await report(rig, first, "complete");
    assert.equal(takeSent(rig).length, 1);
  });
});

describe("near misses of events that come", () => {
  it("are kept of those that match nothing alone", async (t) => {
    const rig = await rigWith(t, CSV + phase("b", { files_glob: "/in/**/*.{json,xml}" }));
    await arrive(rig, "/in/a.csv", "/in/sub/a.csv");
    const rows = rig.rows(
      "SELECT n.file_message_id, p.task, n.reason, n.path_at FROM file_near_misses n JOIN workflow_phases p ON p.id = n.phase_id ORDER BY position",
    );
    assert.deepEqual(rows.map(Object.values), [
      // Both fit up to the name; of the first the end fits too.
      [2, "a", "differs", 7],
      [2, "b", "differs", 10],
    ]);
  });
});
