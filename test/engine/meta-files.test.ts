import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Phase } from "../../src/core/workflow/phase.ts";
import { parseWorkflowFile } from "../../src/core/workflow/workflow-file.ts";
import { MetaFileError, MetaFiles, type MetaRows } from "../../src/engine/meta-files.ts";
import { phase } from "./rig/drive.ts";

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
});
