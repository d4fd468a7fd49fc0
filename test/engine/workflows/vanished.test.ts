import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { WorkflowReloader, type Reload } from "../../../src/engine/workflows/reload-workflows.ts";
import { vanishedText, vanishedWorkflows } from "../../../src/engine/workflows/vanished.ts";
import { LocalObjects } from "../../../src/objects/local.ts";
import { ObjectError } from "../../../src/objects/objects.ts";
import { phase, rigWith } from "../rig/drive.ts";
import { rememberingStore, type RememberingStore } from "../rig/remembering-store.ts";

interface Setup {
  readonly path: string;
  readonly store: RememberingStore;
  /** As a new start does. */
  readonly start: (allowRemoval?: boolean) => WorkflowReloader;
  readonly write: (files: Readonly<Record<string, readonly string[]>>) => Promise<void>;
  readonly remove: (...names: readonly string[]) => Promise<void>;
}

/** A folder of workflow files, each with phases of these tasks. */
async function setup(t: TestContext, files: Readonly<Record<string, readonly string[]>>): Promise<Setup> {
  const root = await mkdtemp(join(tmpdir(), "flowlord-vanished-"));
  t.after(() => rm(root, { recursive: true }));
  const path = join(root, "flows");
  await mkdir(path);
  const store = rememberingStore();
  const write: Setup["write"] = async (some) => {
    for (const [name, tasks] of Object.entries(some)) {
      await writeFile(join(path, name), tasks.map((task) => phase(task, { cron: "@daily" })).join(""));
    }
  };
  await write(files);
  const start: Setup["start"] = (allowRemoval = false) =>
    new WorkflowReloader({ path, source: new LocalObjects(), store, zone: "UTC", allowRemoval, now: () => 0 });
  const remove: Setup["remove"] = async (...names) => {
    for (const name of names) await rm(join(path, name));
  };
  return { path, store, start, write, remove };
}

function tasks({ graph }: Reload): string[] {
  return graph.phases.map(({ task }) => task).toSorted();
}

function alertTypes({ alerts }: RememberingStore): string[] {
  return alerts.map(({ type }) => type);
}

const TEN = { "a.toml": ["a"], "b.toml": ["b"], "c.toml": ["c"], "rest.toml": ["1", "2", "3", "4", "5", "6", "7"] };

describe("workflows that vanish", () => {
  it("stay in force at a reload of an emptied folder, until they are back", async (t) => {
    const { store, start, write, remove } = await setup(t, { "a.toml": ["a"], "b.toml": ["b"] });
    const workflows = start();
    const first = await workflows.reload();
    await remove("a.toml", "b.toml");
    const emptied = await workflows.reload();
    assert.equal(emptied.graph, first.graph);
    assert.deepEqual(emptied.vanished, { files: ["a.toml", "b.toml"], phases: 2, inForce: 2, reason: null });
    await workflows.reload();
    assert.deepEqual(alertTypes(store), ["workflows_vanished"], "one alert, however often it polls");
    assert.match(store.alerts[0]?.message ?? "", /2 of 2 phases would be dropped: a\.toml, b\.toml are missing/);
    assert.equal(store.saves.length, 1);
    await write({ "a.toml": ["a"], "b.toml": ["b"] });
    const back = await workflows.reload();
    assert.deepEqual([back.vanished, back.graph], [null, first.graph]);
    assert.deepEqual(store.resolves, ["workflows_vanished"]);
  });

  it("stay in force at a start, from the versions in the database", async (t) => {
    const { path, store, start, write, remove } = await setup(t, { "a.toml": ["a", "b"] });
    await start().reload();
    await remove("a.toml");
    for (const lose of [async () => {}, () => rm(path, { recursive: true })]) {
      await lose();
      const found = await start().reload();
      assert.deepEqual([tasks(found), found.vanished?.phases], [["a", "b"], 2]);
    }
    assert.deepEqual(alertTypes(store), ["workflows_vanished"]);
    await mkdir(path);
    await write({ "a.toml": ["a"] });
    assert.deepEqual(tasks(await start().reload()), ["a"]);
    assert.deepEqual(store.resolves, ["workflows_vanished"]);
  });

  it("count from every phase, or more than a fifth and at least three", async (t) => {
    const cases: readonly (readonly [readonly string[], boolean])[] = [
      [["a.toml"], false],
      [["a.toml", "b.toml"], false],
      [["a.toml", "b.toml", "c.toml"], true],
      [["rest.toml"], true],
      [["rest.toml", "a.toml", "b.toml", "c.toml"], true],
    ];
    for (const [gone, isVanished] of cases) {
      const { start, remove } = await setup(t, TEN);
      const workflows = start();
      await workflows.reload();
      await remove(...gone);
      const found = await workflows.reload();
      assert.equal(found.vanished !== null, isVanished, gone.join());
      assert.deepEqual(found.removed, isVanished ? [] : gone);
      assert.equal(found.graph.phases.length, isVanished ? 10 : 10 - gone.length);
    }
    const of = (all: number, lost: number): boolean => {
      const keys = (count: number) => () => Array.from({ length: count }, (_, index) => ({ key: String(index) }));
      const inForce = new Map([
        ["gone", keys(lost)],
        ["left", keys(all - lost)],
      ]);
      return vanishedWorkflows(inForce, new Map([["left", keys(all - lost)()]]), null) !== null;
    };
    assert.deepEqual(
      [of(15, 3), of(14, 3), of(3, 2), of(2, 2), of(1, 1), of(100, 20), of(100, 21)],
      [false, true, false, true, true, false, true],
    );
  });

  it("are those of files that have no phases any more, not edits and moves", async (t) => {
    const { path, start, write } = await setup(t, { "a.toml": ["a", "b"] });
    const workflows = start();
    await workflows.reload();
    await write({ "a.toml": [] });
    assert.deepEqual((await workflows.reload()).vanished?.files, ["a.toml"]);
    await write({ "a.toml": ["renamed"] });
    assert.deepEqual(tasks(await workflows.reload()), ["renamed"]);
    await rename(join(path, "a.toml"), join(path, "other.toml"));
    const moved = await workflows.reload();
    assert.deepEqual([tasks(moved), moved.vanished, moved.removed], [["renamed"], null, ["a.toml"]]);
    await writeFile(join(path, "other.toml"), "no toml");
    assert.equal((await workflows.reload()).vanished, null, "a broken file keeps its last good version as before");
  });

  it("leave when their removal is accepted, or allowed", async (t) => {
    const { path, store, start, remove } = await setup(t, TEN);
    const workflows = start();
    await workflows.reload();
    await remove("rest.toml");
    assert.notEqual((await workflows.reload()).vanished, null);
    const accepted = await workflows.reload(true);
    assert.deepEqual([tasks(accepted), accepted.removed], [["a", "b", "c"], ["rest.toml"]]);
    assert.deepEqual(store.resolves, ["workflows_vanished"]);
    await remove("a.toml", "b.toml", "c.toml");
    assert.notEqual((await start().reload()).vanished, null);
    await rm(path, { recursive: true });
    await assert.rejects(start(true).reload(), /does not exist/, "a missing path is nothing to accept");
    await mkdir(path);
    assert.deepEqual(tasks(await start(true).reload()), []);
  });

  it("are not taken for removed when their folder is closed, at a reload and at a start", async (t) => {
    const { path, store, write } = await setup(t, { "a.toml": ["a"] });
    await mkdir(join(path, "sub"));
    await write({ "sub/b.toml": ["b"] });
    let isClosed = false;
    class Closing extends LocalObjects {
      override async list(folder: string) {
        const all = await super.list(folder);
        if (!isClosed) return all;
        const [first] = all;
        assert.ok(first !== undefined);
        return [first, { ...first, path: join(path, "sub"), name: "sub", unreadable: "This user may not read sub." }];
      }
    }
    const start = () => new WorkflowReloader({ path, source: new Closing(), store, zone: "UTC", now: () => 0 });
    const workflows = start();
    await workflows.reload();
    isClosed = true;
    for (const reloader of [workflows, start()]) {
      const { issues, vanished, removed, ...found } = await reloader.reload();
      assert.deepEqual([tasks({ ...found, issues, vanished, removed }), vanished, removed], [["a", "b"], null, []]);
      assert.deepEqual(
        issues.map(({ file, code, message }) => [file, code, message]),
        [["sub", "unreadable", "This user may not read sub."]],
      );
    }
    isClosed = false;
    assert.deepEqual((await workflows.reload()).issues, []);
  });

  it("that cannot be read because Flowlord stops change nothing", async (t) => {
    const { path, store } = await setup(t, { "a.toml": ["a"] });
    class Stopping extends LocalObjects {
      override readBytes(): Promise<Uint8Array> {
        return Promise.reject(new ObjectError("interrupted", "Flowlord stops"));
      }
    }
    const workflows = new WorkflowReloader({ path, source: new Stopping(), store, zone: "UTC", now: () => 0 });
    await assert.rejects(workflows.reload(), /Flowlord stops/);
    assert.deepEqual([store.saves.length, alertTypes(store)], [0, []]);
  });

  it("keep the ids of their phases in the database, so that schedules go on", async (t) => {
    const rig = await rigWith(t, phase("a", { cron: "0 * * * *" }));
    const [before] = (await rig.reload()).graph.phases;
    await rm(join(rig.dir, "workflows/flow.toml"));
    await rig.reopen();
    const [after] = rig.context.graph().phases;
    assert.deepEqual([after?.id, after?.versionId], [before?.id, before?.versionId]);
  });

  it("are named up to five", () => {
    const files = ["1", "2", "3", "4", "5", "6", "7"];
    const text = vanishedText({ files, phases: 7, inForce: 9, reason: "The mount is away." }, "/flows");
    assert.match(
      text,
      /^7 of 9 phases would be dropped: 1, 2, 3, 4, 5 and 2 more are missing from, or empty in, \/flows\. The mount is away\./,
    );
  });
});
