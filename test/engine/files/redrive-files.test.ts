import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { redriveFilesRequest, type RedriveFilesRequest } from "../../../src/contract/api/file-api.ts";
import type { EngineContext } from "../../../src/engine/context.ts";
import { redriveFiles, type FilesRedriven } from "../../../src/engine/files/redrive-files.ts";
import { arrive, codes, dataOf, phase, report, rigWith, takeOne, takeSent } from "../rig/drive.ts";
import type { Rig } from "../rig/rig.ts";

const CSV = phase("a", { files: "/in/*.csv", template: "{meta:file}" });
const ALL = phase("a", { files: "/in/*", template: "{meta:file}" });

async function again(rig: Rig, input: object, context: EngineContext = rig.context): Promise<FilesRedriven> {
  return await redriveFiles({ ...redriveFilesRequest.parse(input), by: "ann" }, context);
}

/** Step after step to the end; returns how many tasks were created. */
async function toTheEnd(rig: Rig, input: object, context: EngineContext = rig.context): Promise<number> {
  let tasks = 0;
  let more: Partial<RedriveFilesRequest> = {};
  for (;;) {
    const { results, next, up_to } = await again(rig, { ...input, ...more }, context);
    for (const result of results) tasks += result.tasks.length;
    if (next === null) return tasks;
    more = { after: next, up_to };
  }
}

async function reloaded(rig: Rig, flow: string): Promise<void> {
  await rig.write("flow.toml", flow);
  await rig.reload();
}

/** Every row of the tables that a redrive may change. */
function everything(rig: Rig): unknown {
  const { stored } = rig;
  return [
    [stored.files(), stored.fileMatches(), stored.nearMisses(), stored.fileCounts()],
    [stored.tasks(), stored.decisions(), stored.outbox()],
  ];
}

/** How many tasks there are with each info. */
function tasksOf(rig: Rig): (readonly [string, number])[] {
  const found = Map.groupBy(rig.stored.tasks(), ({ info }) => info);
  return [...found.keys()].toSorted().map((info) => [info, found.get(info)?.length ?? 0]);
}

async function withMisses(t: TestContext, count: number): Promise<Rig> {
  const rig = await rigWith(t, CSV);
  await arrive(rig, ...Array.from({ length: count }, (_, n) => `/in/${String(n).padStart(4, "0")}.txt`));
  return rig;
}

describe("a redrive of stored events", () => {
  it("creates the task of the current workflow, once per event and phase", async (t) => {
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
    assert.deepEqual(dataOf(rig, "file_redriven"), { path: "/in/b.txt", matched: 1, tasks: 1, by: "ann", reason: "" });
    const skipped = rig.stored.decisions("file_redriven").find((decision) => decision.phase_id > 0);
    assert.deepEqual([skipped?.file_message_id, skipped?.data], [1, { path: "/in/a.csv", earlier: 1 }]);
    assert.equal(await toTheEnd(rig, { ids: [1, 2] }), 0);
    const found = rig.stored.files().map(({ matched, tasks }) => [matched, tasks]);
    assert.deepEqual(found, [
      [2, 2],
      [1, 1],
    ]);
  });

  it("with force creates one more for each phase, and the first stays the event's", async (t) => {
    const rig = await rigWith(t, ALL);
    await arrive(rig, "/in/a");
    assert.equal(await toTheEnd(rig, { ids: [1], force: true }), 1);
    assert.equal(await toTheEnd(rig, { path: "/in/*", force: true }), 1);
    assert.deepEqual(tasksOf(rig), [["/in/a", 3]]);
    assert.deepEqual(
      rig.stored.fileMatches().map((match) => match.record_id),
      [1],
    );
    const { tasks } = (await rig.store.reads.files.show(1)) ?? assert.fail();
    assert.deepEqual(
      tasks.map(({ record_id: id }) => id),
      [1, 2, 3],
    );
    assert.equal(dataOf(rig, "file_redriven")["force"], true);
  });

  it("goes through the result of a filter in steps, without events that arrive meanwhile", async (t) => {
    const rig = await withMisses(t, 450);
    await reloaded(rig, ALL);
    const first = await again(rig, { matched: false });
    assert.deepEqual([first.results.length, first.next, first.up_to], [200, 200, 450]);
    await arrive(rig, "/out/x");
    assert.equal(await toTheEnd(rig, { matched: false, after: first.next, up_to: first.up_to }), 250);
    assert.equal(rig.stored.tasks().length, 450);
    assert.ok(rig.stored.nearMisses().every((miss) => miss.file_message_id > 450));
  });

  it("killed in the middle and repeated, creates each task once", async (t) => {
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
    assert.equal(rig.stored.tasks().length, 200);
    // The same request, not only the rest.
    assert.equal(await toTheEnd(rig, { path: "/in/*" }), 250);
    assert.equal(await toTheEnd(rig, { path: "/in/*" }), 0);
    assert.ok(tasksOf(rig).every(([, tasks]) => tasks === 1));
    const counts = rig.stored.fileCounts();
    const figures = counts.map(({ events, matched, unmatched, tasks }) => [events, matched, unmatched, tasks]);
    assert.deepEqual(figures, [
      [450, 450, 0, 450],
      [450, 450, 0, 450],
    ]);
  });

  it("as a dry run reports its effects, and changes nothing", async (t) => {
    const rig = await withMisses(t, 3);
    await reloaded(rig, ALL);
    const before = everything(rig);
    assert.equal(await toTheEnd(rig, { matched: false, dry_run: true }), 3);
    assert.deepEqual(everything(rig), before);
    assert.deepEqual(takeSent(rig), []);
    assert.equal(await toTheEnd(rig, { matched: false }), 3);
    assert.equal(takeSent(rig).length, 3);
  });

  it("that still matches nothing reports the current near misses", async (t) => {
    const rig = await withMisses(t, 1);
    await reloaded(rig, phase("b", { files: "/in/*.text" }));
    assert.equal(await toTheEnd(rig, { ids: [1] }), 0);
    assert.deepEqual(
      rig.stored.nearMisses().map((miss) => miss.pattern),
      ["/in/*.text"],
    );
    const counts = rig.stored.fileCounts();
    const figures = counts.map(({ phase_id: phaseId, events, unmatched }) => [phaseId, events, unmatched]);
    assert.deepEqual(figures, [
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
    assert.equal(rig.stored.fileMatches().filter((match) => match.record_id === 1).length, 3);
  });

  it("respects the cap of a phase", async (t) => {
    const rig = await withMisses(t, 2);
    await reloaded(rig, phase("a", { files: "/in/*", max_active: 1 }));
    assert.equal(await toTheEnd(rig, { matched: false }), 2);
    const first = takeOne(rig);
    assert.ok(codes(rig).includes("held"));
    await report(rig, first, "complete");
    assert.equal(takeSent(rig).length, 1);
  });
});

describe("near misses of events that arrive", () => {
  it("are stored only for events that match nothing", async (t) => {
    const rig = await rigWith(t, CSV + phase("b", { files_glob: "/in/**/*.{json,xml}" }));
    await arrive(rig, "/in/a.csv", "/in/sub/a.csv");
    const { byId } = rig.context.graph();
    const misses = rig.stored.nearMisses().map(({ file_message_id: event, phase_id: phaseId, reason, path_at: at }) => {
      return [event, byId.get(phaseId)?.type, reason, at];
    });
    assert.deepEqual(misses, [
      // Both fit up to the name; of the first the end fits too.
      [2, "a", "differs", 7],
      [2, "b", "differs", 10],
    ]);
  });
});
