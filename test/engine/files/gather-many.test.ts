import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { MAX_INLINE_META } from "../../../src/contract/limits.ts";
import { parseMeta } from "../../../src/core/task/meta.ts";
import { explain } from "../../../src/core/why/explain.ts";
import { arrive, dataOf, phase, records, report, rigWith, takeOne, takeSent } from "../rig/drive.ts";

const MANY = { files_glob: "/lake/**", gather: 1500 };
const paths = Array.from({ length: 1500 }, (_, index) => `/lake/${"x".repeat(100)}\n/${index}`);

function listed(meta: string): readonly string[] {
  const [path = ""] = parseMeta(meta).get("file_list") ?? [];
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as string);
}

describe("a task of more files than its meta may name", () => {
  it("names a file that lists them, and so do its retry and its child", async (t) => {
    const flow =
      phase("merge", { ...MANY, retry: 1, retry_delay: "0s", template: "{meta:file_list}" }) +
      phase("after", { dependsOn: "merge", inherit_meta: true, template: "{meta:file_list}" });
    const rig = await rigWith(t, flow);
    await arrive(rig, ...paths);
    const merge = takeOne(rig);
    const { info, meta } = merge;
    const { file, filename, file_count: count } = Object.fromEntries(parseMeta(meta));
    assert.deepEqual([file, filename, count], [undefined, undefined, ["1500"]]);
    assert.deepEqual(listed(meta), paths);
    assert.equal(info, parseMeta(meta).get("file_list")?.[0]);
    assert.equal(dirname(info), rig.context.listFolder);
    const data = dataOf(rig, "file_matched");
    assert.match(
      explain({ code: "file_matched", phase: { task: "merge" }, data } as never, "UTC"),
      /1500 files, among them .* and 0 more|because 1500 files, among them .*\(all in .*jsonl/,
    );
    await report(rig, merge, "error");
    await rig.sweep();
    const retry = takeOne(rig);
    assert.deepEqual(listed(retry.meta), paths);
    await report(rig, retry, "complete");
    const after = takeOne(rig);
    assert.deepEqual([after.info, parseMeta(after.meta).get("file_count")], [info, ["1500"]]);
  });

  it("names them itself up to 64 KiB", async (t) => {
    const rig = await rigWith(t, phase("merge", { files_glob: "/lake/**", gather: 3 }));
    const name = (length: number): string => "y".repeat(length);
    await arrive(rig, "/lake/a", "/lake/b", "/lake/y");
    // Each letter of a name is in meta twice, in `file` and in `filename`.
    const longest = 1 + Math.floor((MAX_INLINE_META - takeOne(rig).meta.length) / 2);
    await arrive(rig, "/lake/a", "/lake/b", `/lake/${name(longest)}`);
    assert.equal(parseMeta(takeOne(rig).meta).get("file")?.length, 3);
    await arrive(rig, "/lake/a", "/lake/b", `/lake/${name(longest + 1)}`);
    assert.equal(listed(takeOne(rig).meta).length, 3);
  });

  it("is sent again with the same list after a stop between the commit and the bus", async (t) => {
    const rig = await rigWith(t, phase("merge", MANY));
    await arrive(rig, ...paths);
    const merge = takeOne(rig);
    await rig.reopen();
    await rig.sweep();
    const again = takeOne(rig);
    assert.deepEqual([again.meta, listed(again.meta)], [merge.meta, paths]);
    assert.deepEqual(readdirSync(rig.context.listFolder).length, 1, "no partial file, no second one");
    await report(rig, again, "complete");
    assert.deepEqual(records(rig), ["merge finished complete 0"]);
  });

  it("waits, its files unused, while the list cannot be written", async (t) => {
    const rig = await rigWith(t, phase("merge", MANY));
    const [last = "", ...first] = paths.toReversed();
    await arrive(rig, ...first);
    const folder = rig.context.listFolder;
    writeFileSync(folder, "a file where the folder should be");
    await assert.rejects(arrive(rig, last), {
      name: "StoreError",
      code: "io",
      message: new RegExp(`^The list of 1500 .* to ${folder}/id-`),
    });
    assert.deepEqual([takeSent(rig), records(rig)], [[], []]);
    rmSync(folder);
    await arrive(rig, last);
    assert.equal(listed(takeOne(rig).meta).length, 1500);
    assert.ok(existsSync(folder));
  });
});
