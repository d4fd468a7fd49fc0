import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { describe, it } from "node:test";
import { freePort, Place, rows, until } from "./flowlord.ts";

const WORKFLOW = `
[[phase]]
task = "root"
cron = "@yearly"
paused = true

[[phase]]
task = "child"
dependsOn = "root"
template = "?n={meta:n}"
`;

function config(port: number, more = ""): string {
  return `
workflow = "{config_dir}/flow"
status_port = ${port}
${more}
[bus]
bus = "file"
path = "{config_dir}/bus"
[sqlite]
local_path = "{config_dir}/data/tasks.db"
`;
}

function done(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    type: "root",
    info: "",
    created: "2026-01-01T00:00:00Z",
    meta: "workflow=main.toml&n=1",
    result: "complete",
    ...fields,
  });
}

describe("invalid messages", { timeout: 120_000 }, () => {
  it("become dead letters with the reason, and the rest is unharmed", async (t) => {
    const port = await freePort();
    const good = ["a", "b", "c"].map((id) => done({ id }));
    const polluting = `{"type":"root","info":"","id":"p","__proto__":{"result":"complete"},"constructor":{"prototype":{}}}`;
    const bad: readonly (readonly [code: string, line: string | Buffer])[] = [
      ["bad_json", "{not json"],
      ["bad_json", `{"type":"root","info":"\u0000"}`],
      ["not_an_object", `["root"]`],
      ["not_an_object", `"root"`],
      ["wrong_type", `{"type":5}`],
      ["wrong_type", done({ id: "w", info: { a: 1 } })],
      ["no_type", done({ id: "n", type: "" })],
      ["bad_type", done({ id: "t", type: "a\u001b[31mb" })],
      ["too_large", done({ id: "l", info: "x".repeat(5_000_000) })],
      ["unknown_result", done({ id: "u", result: "finished" })],
      ["unknown_result", polluting],
    ];
    const harmless = [
      done({ id: "proto", meta: "workflow=main.toml&__proto__=1&constructor=2&n=3" }),
      done({ id: "control", info: "\u001b[2J\u0007?a=\u0000", msg: "\r\u001b]0;title\u0007" }),
    ];
    const lines = [...bad.map(([, line]) => line), ...harmless].flatMap((line, index) => [line, good[index % 3] ?? ""]);
    const place = new Place(t, { "flow/main.toml": WORKFLOW, "flowlord.toml": config(port, `file_topic = "files"`) });
    place.write("bus/done.jsonl", `${lines.map(String).join("\n")}\n`);
    appendFileSync(place.path("bus/done.jsonl"), Buffer.from([0xff, 0xfe, 0x0a]));
    place.write(
      "bus/files.jsonl",
      `[]\nno\n"text"\n{"path":"/in/good.csv","size":3,"created":"2026-01-01T00:00:00Z"}\n`,
    );
    const database = place.path("data/tasks.db");
    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C stops it");
    const deadLetters = () =>
      rows<{ topic: string; code: string; reason: string }>(database, "SELECT topic, code, reason FROM dead_letters");
    await until(() => deadLetters().length >= bad.length + 1 + 3, 50, deadLetters);
    await until(() => rows(database, "SELECT 1 FROM task_records WHERE type = 'child'").length >= 5);
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/status`)).text(), "ok");

    assert.deepEqual(
      deadLetters()
        .filter(({ topic }) => topic === "done")
        .map(({ code }) => code)
        .toSorted(),
      [...bad.map(([code]) => code), "bad_json"].toSorted(),
    );
    assert.equal(deadLetters().filter(({ topic }) => topic === "files").length, 3);
    for (const { reason } of deadLetters()) assert.ok(reason.length > 10 && !/[\u0000-\u001f]/.test(reason), reason);
    assert.deepEqual(
      rows<{ id: string }>(database, "SELECT task_id AS id FROM task_records WHERE type = 'child' ORDER BY 1").map(
        ({ id }) => id,
      ),
      ["a", "b", "c", "control", "proto"],
      "one child for each good message",
    );
    assert.equal(rows(database, "SELECT 1 FROM file_messages").length, 1);

    const listed = await place.run(["tasks", "-c", "flowlord.toml"]);
    assert.equal(listed.code, 0, listed.err);
    const shown = await place.run(["dead-letters", "-c", "flowlord.toml"]);
    assert.equal(shown.code, 0, shown.err);
    for (const { out } of [listed, shown])
      assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f]/, "nothing steers the terminal");
    assert.equal((await flowlord.interrupt()).code, 0);
    assert.deepEqual(flowlord.problems, []);
  });

  it("are sent again by redrive; what is still not understood is a new dead letter", async (t) => {
    const port = await freePort();
    const place = new Place(t, { "flow/main.toml": WORKFLOW, "flowlord.toml": config(port) });
    place.write("bus/done.jsonl", "{not json\n");
    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    const deadLetters = (): { id: number; open: number }[] =>
      rows(place.path("data/tasks.db"), "SELECT id, redriven_at IS NULL AS open FROM dead_letters ORDER BY id");
    await flowlord.says("Ctrl-C stops it");
    await until(() => deadLetters().length === 1, 50, deadLetters);
    const { code, out, err } = await place.run(["dead-letters", "redrive", "--all", "-c", "flowlord.toml"]);
    assert.equal(code, 0, err);
    assert.match(out, /1 dead letter redriven/);
    assert.deepEqual(
      deadLetters().map(({ open }) => open),
      [0, 1],
    );
    assert.equal((await flowlord.interrupt()).code, 0);
  });
});

describe("a configuration with mistakes", { timeout: 120_000 }, () => {
  it("starts with an unknown key, and says which is meant", async (t) => {
    const place = new Place(t, {
      "flow/main.toml": WORKFLOW,
      "flowlord.toml": config(await freePort(), `refesh = "5m"`),
    });
    const flowlord = place.flowlord(["serve", "-c", "flowlord.toml"]);
    await flowlord.says("Ctrl-C stops it");
    assert.equal((await flowlord.interrupt()).code, 0);
    assert.match(flowlord.said, /^flowlord\.toml:4:1: warning unknown_key: .*refesh.*refresh.*$/m);
  });

  for (const [what, text, sentence] of [
    ["a wrong type", `workflow = 5\n`, /flowlord\.toml:1:\d+: error wrong_type: /],
    ["no TOML", `workflow = \n`, /flowlord\.toml:1:\d+: error toml: /],
    ["no workflow", `status_port = 0\n`, /No workflow is configured: set `workflow`/],
    [
      "a bus that there is not",
      `workflow = "."\nstatus_port = 0\n[bus]\nbus = "kafka"\n`,
      /flowlord\.toml:4:\d+: error bad_value: .*there is no bus of that name/,
    ],
  ] as const) {
    it(`refuses ${what} with one sentence`, async (t) => {
      const place = new Place(t, { "flowlord.toml": text });
      const { code, out, err } = await place.run(["serve", "-c", "flowlord.toml"]);
      assert.ok(code === 1 || code === 2, `exit code ${code}`);
      assert.equal(out, "");
      assert.match(err, sentence);
      assert.equal(err.trimEnd().split("\n").length, 1, err);
    });
  }

  it("refuses a configuration file that is not there", async (t) => {
    const place = new Place(t);
    const { code, err } = await place.run(["serve", "-c", "missing.toml"]);
    assert.equal(code, 1);
    assert.match(err, /missing\.toml/);
    assert.equal(err.trimEnd().split("\n").length, 1, err);
  });
});
