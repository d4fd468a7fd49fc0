import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Phase } from "../../src/core/workflow/phase.ts";
import { parseWorkflowFile } from "../../src/core/workflow/workflow-file.ts";
import { MetaFileError, MetaFiles, type MetaRows } from "../../src/engine/meta-files.ts";
import { MINUTE } from "../../src/contract/time/time-units.ts";
import type { EngineContext } from "../../src/engine/context.ts";
import { TickScheduler } from "../../src/engine/fire-ticks.ts";
import { handleAnsweredDone } from "../../src/engine/handle-done.ts";
import { ObjectError } from "../../src/objects/objects.ts";
import { alerts, phase, rigWith, rootTask, takeSent } from "./rig/drive.ts";
import type { Rig } from "./rig/rig.ts";

/** The rows of one path, with these files. */
async function rowsOf(path: string, files: Readonly<Record<string, string>>, reads: string[] = []): Promise<MetaRows> {
  const reader = {
    read: async (name: string): Promise<string> => {
      reads.push(name);
      const text = files[name];
      if (text === undefined) throw new Error(`${name} does not exist`);
      return text;
    },
    names: async (folder: string): Promise<readonly string[]> => {
      const names = Object.keys(files).filter((name) => name.startsWith(`${folder}/`));
      if (names.length === 0) throw new Error(`${folder} does not exist`);
      return names.map((name) => name.slice(folder.length + 1)).filter((name) => !name.includes("/"));
    },
  };
  const source = phase("a", { cron: "@daily", "meta-file": path }) + phase("b", { cron: "@daily", "meta-file": path });
  const phases: readonly Phase[] = parseWorkflowFile("flow.toml", source, { zone: "UTC", now: 0 }).phases;
  const rows = await new MetaFiles(reader).load(phases);
  return rows(path);
}

function plain(rows: MetaRows): unknown {
  assert.ok(!(rows instanceof Error), rows instanceof Error ? rows.message : "");
  return rows.map((row) => Object.fromEntries(row));
}

function reason(rows: MetaRows): string {
  assert.ok(rows instanceof MetaFileError);
  return rows.message;
}

describe("meta files", () => {
  it("are JSON lines, or CSV by their name, and are read once per group", async () => {
    const reads: string[] = [];
    const json = '{"a":"x","n":5,"ok":true,"list":[1]}\n\n{"a":null}\r\n';
    assert.deepEqual(plain(await rowsOf("/m/rows.json", { "/m/rows.json": json }, reads)), [
      { a: "x", n: "5", ok: "true", list: "[1]" },
      { a: "" },
    ]);
    assert.deepEqual(reads, ["/m/rows.json"]);
    assert.deepEqual(plain(await rowsOf("/m/rows.csv", { "/m/rows.csv": 'a,b\n1,"x, y"\n2,\n' })), [
      { a: "1", b: "x, y" },
      { a: "2", b: "" },
    ]);
  });

  it("may be several, matched by a pattern in the last part of the path, in name order", async () => {
    const files = {
      "gs://bucket/m/2.json": '{"n":2}',
      "gs://bucket/m/1.json": '{"n":1}',
      "gs://bucket/m/3.csv": "n\n3\n",
      "gs://bucket/m/deep/4.json": '{"n":4}',
    };
    assert.deepEqual(plain(await rowsOf("gs://bucket/m/[0-9].*", files)), [{ n: "1" }, { n: "2" }, { n: "3" }]);
    assert.match(reason(await rowsOf("gs://bucket/m/x*", files)), /meta-file gs:\/\/bucket\/m\/x\*: no such file/);
  });

  it("that cannot be read are an error that names the file and the cause", async () => {
    assert.match(reason(await rowsOf("/m/none", {})), /^meta-file \/m\/none: .*does not exist/);
    assert.match(reason(await rowsOf("/none/*", {})), /\/none does not exist/);
    assert.match(reason(await rowsOf("/m/x", { "/m/x": '{"a":1}\nno json' })), /^meta-file \/m\/x: line 2/);
    assert.match(reason(await rowsOf("/m/x.csv", { "/m/x.csv": "a,b\n1\n" })), /^meta-file \/m\/x\.csv: line 2/);
    assert.match(reason(await rowsOf("/m/*", { "/m/1": '{"a":1}', "/m/2": "[]" })), /^meta-file \/m\/2: line 1/);
  });

  it("that no phase names are not read", async () => {
    const rows = await new MetaFiles({ read: async () => "", names: async () => [] }).load([]);
    assert.ok(rows("/m/x") instanceof MetaFileError);
  });

  it("that do not answer keep no other phase from its ticks", async (t) => {
    const rig = await rigWith(
      t,
      phase("slow", { cron: "* * * * *", catchup: "all", "meta-file": "/m/slow.json", template: "?n={meta:n}" }) +
        phase("fast", { cron: "* * * * *", "meta-file": "/m/fast.json", template: "?n={meta:n}" }) +
        phase("plain", { cron: "* * * * *" }),
    );
    const slow = hangingFiles();
    const scheduler = new TickScheduler(slow.context(rig));
    await scheduler.load(rig.context.graph());
    rig.now += MINUTE;
    await scheduler.fire();
    assert.deepEqual(
      takeSent(rig)
        .map(({ type }) => type)
        .toSorted(),
      ["fast", "plain"],
    );
    assert.deepEqual([scheduler.dueSince, slow.reads()], [rig.now, 1]);
    rig.now += MINUTE;
    await scheduler.fire();
    assert.deepEqual(
      takeSent(rig)
        .map(({ type }) => type)
        .toSorted(),
      ["fast", "plain"],
    );
    assert.equal(scheduler.dueSince, rig.now - MINUTE, "a tick that is not decided is late");
    slow.answer('{"n":"1"}');
    await setImmediate();
    rig.now += 1000;
    await scheduler.fire();
    assert.deepEqual(
      takeSent(rig).map(({ type, info }) => `${type} ${info}`),
      ["slow ?n=1", "slow ?n=1"],
    );
    assert.ok((scheduler.dueSince ?? 0) > rig.now);
  });

  it("that fail at last raise the alert of their phase alone, and interrupted ones decide nothing", async (t) => {
    const rig = await rigWith(
      t,
      phase("slow", { cron: "* * * * *", "meta-file": "/m/slow.json", template: "?n={meta:n}" }) +
        phase("plain", { cron: "* * * * *" }),
    );
    const slow = hangingFiles();
    const scheduler = new TickScheduler(slow.context(rig));
    await scheduler.load(rig.context.graph());
    rig.now += MINUTE;
    await scheduler.fire();
    slow.fail(new ObjectError("interrupted", "Flowlord stops"));
    await setImmediate();
    rig.now += 1000;
    const firing = scheduler.fire();
    await setImmediate();
    slow.fail(new ObjectError("interrupted", "Flowlord stops"));
    await assert.rejects(firing, /stops/);
    assert.deepEqual([alerts(rig).length, takeSent(rig).length], [0, 1]);
    rig.now += 1000;
    await scheduler.fire();
    slow.fail(new ObjectError("unreadable", "/m/slow.json did not answer within 10 seconds"));
    await setImmediate();
    rig.now += 1000;
    await scheduler.fire();
    assert.deepEqual(
      alerts(rig).map(({ type, task_type, message }) => [type, task_type, /did not answer/.test(message)]),
      [["workflow_invalid", "slow", true]],
    );
  });

  it("that do not answer keep no other result waiting", async (t) => {
    const rig = await rigWith(
      t,
      phase("root") +
        phase("slow", { dependsOn: "root", "meta-file": "/m/slow.json", template: "?n={meta:n}" }) +
        phase("other") +
        phase("next", { dependsOn: "other" }),
    );
    const slow = hangingFiles();
    const context = slow.context(rig);
    const group = ["root", "other"].map((type) => ({
      topic: "done",
      payload: JSON.stringify({ ...rootTask(rig, { type, id: `run-${type}` }), result: "complete" }),
    }));
    const later = await handleAnsweredDone(group, context);
    assert.deepEqual([later, takeSent(rig).map(({ type }) => type)], [[group[0]], ["next"]]);
    slow.answer('{"n":"1"}');
    await setImmediate();
    assert.deepEqual(await handleAnsweredDone(later, context), []);
    assert.deepEqual(
      takeSent(rig).map(({ type, info }) => `${type} ${info}`),
      ["slow ?n=1"],
    );
  });
});

/** Files of which `/m/slow.json` answers when it is told to. */
function hangingFiles() {
  let reads = 0;
  let slow = Promise.withResolvers<string>();
  const files = new MetaFiles({
    read: async (path) => {
      if (path !== "/m/slow.json") return '{"n":"2"}';
      reads += 1;
      return await slow.promise;
    },
    names: async () => [],
  });
  return {
    context: (rig: Rig): EngineContext =>
      Object.create(rig.context, { metaFiles: { get: () => files } }) as EngineContext,
    reads: () => reads,
    answer: (text: string) => slow.resolve(text),
    fail: (error: Error) => {
      slow.reject(error);
      slow = Promise.withResolvers();
    },
  };
}
