import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { WorkflowReloader } from "../../../src/engine/workflows/reload-workflows.ts";
import { WorkflowPathError } from "../../../src/engine/workflows/workflow-files.ts";
import { LocalObjects } from "../../../src/objects/local.ts";
import { rememberingStore, type RememberingStore } from "../rig/remembering-store.ts";

const NOW = Date.UTC(2026, 5, 1);
const PLACE = new LocalObjects();

class Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async write(name: string, text: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.path, name)), { recursive: true });
    await writeFile(join(this.path, name), text);
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.path, name));
  }
}

async function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): Promise<Folder> {
  const made = new Folder(await mkdtemp(join(tmpdir(), "flowlord-reload-")));
  t.after(() => rm(made.path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await made.write(name, text);
  return made;
}

function reloader(path: string, store: RememberingStore): WorkflowReloader {
  return new WorkflowReloader({ path, source: PLACE, store, zone: "UTC", now: () => NOW });
}

function phase(task: string, more = 'cron = "@daily"'): string {
  return `[[phase]]\ntask = "${task}"\n${more}\n`;
}

test("a folder is loaded with its subfolders, each file by its path below the folder", async (t) => {
  const { path } = await folder(t, {
    "a.toml": phase("a"),
    "group/b.toml": phase("b"),
    "group/deep/c.TOML": phase("c"),
    "d.txt": phase("d"),
    "notes.md": "# not TOML: text",
    "other.cfg": "a = 1",
    ".hidden.toml": phase("x"),
    ".git/y.toml": phase("y"),
  });
  const { graph, changed, issues } = await reloader(path, rememberingStore()).reload();
  assert.deepEqual(
    graph.phases.map((one) => `${one.workflow} ${one.task}`),
    ["a.toml a", "d.txt d", "group/b.toml b", "group/deep/c.TOML c"],
  );
  assert.deepEqual(changed, ["a.toml", "d.txt", "group/b.toml", "group/deep/c.TOML"]);
  assert.deepEqual(issues, []);
  assert.ok(graph.phases.every((one) => one.id > 0 && one.versionId > 0));
});

test("one configured file is named by its own name and must be a workflow", async (t) => {
  const { path } = await folder(t, { "deep/flow": phase("a"), "deep/bad": "no toml" });
  const good = await reloader(join(path, "deep/flow"), rememberingStore()).reload();
  assert.deepEqual(
    good.graph.phases.map((one) => one.workflow),
    ["flow"],
  );
  const bad = await reloader(join(path, "deep/bad"), rememberingStore()).reload();
  assert.deepEqual(
    bad.issues.map((one) => one.code),
    ["toml_syntax"],
  );
});

test("a reload without changes changes nothing and stores nothing", async (t) => {
  const { path } = await folder(t, { "a.toml": phase("a"), "sub/b.toml": phase("b") + phase("k", 'dependsOn = "b"') });
  const store = rememberingStore();
  const workflows = reloader(path, store);
  const first = await workflows.reload();
  const second = await workflows.reload();
  assert.equal(second.graph, first.graph);
  assert.deepEqual(second.changed, []);
  assert.equal(store.saves.length, 1);
  assert.equal(first.graph.scheduled.length, 2);
  assert.deepEqual(
    store.saves[0]?.[1]?.phases.map((one) => one.parents),
    [[], ["b:<"]],
  );
});

test("a changed, a new and a removed file change the graph; phases that stay keep their ids", async (t) => {
  const files = await folder(t, { "a.toml": phase("a"), "b.toml": phase("b") });
  const workflows = reloader(files.path, rememberingStore());
  const { graph: before } = await workflows.reload();
  await files.write("a.toml", phase("new") + phase("a", 'cron = "@hourly"'));
  await files.write("c.toml", phase("c"));
  await files.remove("b.toml");
  const { graph, changed } = await workflows.reload();
  assert.deepEqual(changed, ["a.toml", "c.toml", "b.toml"]);
  assert.deepEqual(
    graph.phases.map((one) => one.task),
    ["a", "new", "c"],
  );
  assert.equal(graph.phaseOf("a", "", "")?.id, before.phaseOf("a", "", "")?.id);
  assert.notEqual(graph.phaseOf("a", "", "")?.versionId, before.phaseOf("a", "", "")?.versionId);
  assert.equal(before.phases.length, 2);
});

test("a broken file keeps its last good version in force, alerts once, and does not touch the others", async (t) => {
  const files = await folder(t, { "a.toml": phase("a"), "b.toml": phase("b") });
  const store = rememberingStore();
  const workflows = reloader(files.path, store);
  const first = await workflows.reload();
  await files.write("a.toml", phase("a", 'cron = "bad"'));
  await files.write("b.toml", phase("b2"));
  const broken = await workflows.reload();
  assert.deepEqual(
    broken.graph.phases.map((one) => one.task),
    ["a", "b2"],
  );
  assert.deepEqual(broken.graph.phaseOf("a", "", ""), first.graph.phaseOf("a", "", ""));
  assert.deepEqual(
    broken.issues.map((one) => `${one.file}:${one.line} ${one.code}`),
    ["a.toml:3 bad_cron"],
  );
  assert.deepEqual(
    store.alerts.map((one) => [one.type, one.severity]),
    [["workflow_invalid", "warning"]],
  );
  assert.match(store.alerts[0]?.message ?? "", /^a\.toml:3:1: .*last good version/);

  await files.write("a.toml", "still = broken");
  assert.deepEqual(
    (await workflows.reload()).graph.phases.map((one) => one.task),
    ["a", "b2"],
  );
  assert.equal(store.alerts.length, 1);
  await files.write("a.toml", phase("a3"));
  assert.deepEqual(
    (await workflows.reload()).graph.phases.map((one) => one.task),
    ["a3", "b2"],
  );
  await files.write("a.toml", "broken again");
  await workflows.reload();
  assert.equal(store.alerts.length, 2);
});

test("after a restart the last good version comes from the store, and the error does not alert again", async (t) => {
  const files = await folder(t, { "a.toml": phase("a"), note: phase("n") });
  const store = rememberingStore();
  const { graph: before } = await reloader(files.path, store).reload();
  await files.write("a.toml", "broken");
  await files.write("note", "broken");
  for (const restart of [1, 2]) {
    const { graph, files: states } = await reloader(files.path, store).reload();
    assert.deepEqual(
      graph.phases.map((one) => [one.task, one.id]),
      before.phases.map((one) => [one.task, one.id]),
      `restart ${restart}`,
    );
    assert.deepEqual(
      states.map((one) => one.accepted),
      [false, false],
    );
    assert.equal(store.alerts.length, 2);
  }
});

test("a file that never was valid has no phases and raises a critical alert", async (t) => {
  const files = await folder(t, { "ok.toml": phase("ok") });
  await files.write("latin.toml", Uint8Array.of(0x23, 0xe9, 0x0a));
  const store = rememberingStore();
  const { graph, issues } = await reloader(files.path, store).reload();
  assert.deepEqual(
    graph.phases.map((one) => one.task),
    ["ok"],
  );
  assert.deepEqual(
    issues.map((one) => one.code),
    ["not_text"],
  );
  assert.deepEqual(
    store.alerts.map((one) => one.severity),
    ["critical"],
  );
});

test("an unreadable file is an issue of that file, and its last good version stays", async (t) => {
  const files = await folder(t, { "a.toml": phase("a"), "b.toml": phase("b") });
  let isLocked = false;
  const place = {
    kindOf: (path: string) => PLACE.kindOf(path),
    list: (path: string) => PLACE.list(path),
    readBytes: async (path: string) => {
      if (isLocked && path.endsWith("a.toml")) throw new Error("locked away");
      return await PLACE.readBytes(path);
    },
  };
  const store = rememberingStore();
  const workflows = new WorkflowReloader({ path: files.path, source: place, store, zone: "UTC", now: () => NOW });
  await workflows.reload();
  isLocked = true;
  const { graph, issues } = await workflows.reload();
  assert.deepEqual(
    graph.phases.map((one) => one.task),
    ["a", "b"],
  );
  assert.deepEqual(
    issues.map((one) => `${one.code} ${one.message}`),
    ["unreadable locked away"],
  );
  isLocked = false;
  assert.deepEqual((await workflows.reload()).issues, []);
});

test("a missing path is an error that leaves the workflows in force", async (t) => {
  const files = await folder(t, { "wf/a.toml": phase("a") });
  const store = rememberingStore();
  await assert.rejects(reloader(join(files.path, "none"), store).reload(), WorkflowPathError);
  await assert.rejects(reloader("", store).reload(), /No workflow path is configured/);
  const workflows = reloader(join(files.path, "wf"), store);
  const { graph } = await workflows.reload();
  await rm(join(files.path, "wf"), { recursive: true });
  await assert.rejects(workflows.reload(), WorkflowPathError);
  await files.write("wf/a.toml", phase("a"));
  assert.equal((await workflows.reload()).graph, graph);
});

test("a store that cannot save leaves the reload undone, and the next one does it", async (t) => {
  const files = await folder(t, { "a.toml": phase("a") });
  const store = rememberingStore();
  let isFull = true;
  const workflows = new WorkflowReloader({
    path: files.path,
    source: PLACE,
    zone: "UTC",
    now: () => NOW,
    store: {
      ...store,
      saveWorkflows: async (loaded, now) => {
        if (isFull) throw new Error("disk full");
        return await store.saveWorkflows(loaded, now);
      },
    },
  });
  await assert.rejects(workflows.reload(), /disk full/);
  isFull = false;
  assert.deepEqual((await workflows.reload()).changed, ["a.toml"]);
});

test("an alert that cannot be recorded leaves the reload undone, and the next one does it", async (t) => {
  const files = await folder(t, { "a.toml": "broken", "b.toml": phase("b") });
  const store = rememberingStore();
  let isFull = true;
  const record: RememberingStore["record"] = async (entries, now) => {
    if (isFull) throw new Error("disk full");
    await store.record(entries, now);
  };
  const workflows = reloader(files.path, { ...store, record });
  await assert.rejects(workflows.reload(), /disk full/);
  isFull = false;
  const { changed, graph } = await workflows.reload();
  assert.deepEqual(changed, ["a.toml", "b.toml"]);
  assert.equal(graph.phases.length, 1);
  assert.equal(store.alerts.length, 1);
});

test("reloads requested together run one after the other", async (t) => {
  const files = await folder(t, { "a.toml": phase("a") });
  const store = rememberingStore();
  const workflows = reloader(files.path, store);
  const [first, second, third] = await Promise.all([workflows.reload(), workflows.reload(), workflows.reload()]);
  assert.equal(first.graph, third.graph);
  assert.deepEqual([first.changed.length, second.changed.length, third.changed.length], [1, 0, 0]);
  assert.equal(store.saves.length, 1);
});
