import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Place } from "../harness.ts";

test("check passes over what is no text, unless its name says that it is a workflow", async (t) => {
  const location = new Place(t, { "flow/main.toml": '[[phase]]\ntask = "a"\ncron = "@daily"\n' });
  writeFileSync(join(location.dir, "flow/picture.png"), Buffer.from([0xff, 0xfe]));
  assert.deepEqual(await location.run(["check", "flow"]), { code: 0, out: "1 file, 0 errors, 0 warnings\n", err: "" });

  writeFileSync(join(location.dir, "flow/broken.toml"), Buffer.from([0xff, 0xfe]));
  const { code, out } = await location.run(["check", "flow"]);
  assert.equal(code, 1);
  assert.match(out, /flow\/broken\.toml:1:1: error not_text: /);
});

test("check warns of a rule that references a channel that is not configured", async (t) => {
  const location = new Place(t, {
    "flowlord.toml": 'workflow = "flow"\n[slack]\nurl = "http://127.0.0.1:1/"\n',
    "flow/a.toml":
      '[[phase]]\ntask = "a"\nrule = "cron=@daily&notify=slack,slak,ops"\n\n[[phase]]\ntask = "b"\ncron = "@daily"\n',
  });
  location.env = { FLOWLORD_BUS__BUS: "file" };
  const { code, out } = await location.run(["check"]);
  assert.equal(code, 0);
  const start = "flow/a.toml:1:1: warning unknown_channel: a references channel";
  const end = "which is not configured; its alerts go to the other channels it names.";
  assert.deepEqual(out.split("\n"), [
    `${start} "slak", ${end} (Did you mean slack?)`,
    `${start} "ops", ${end} (Channels: there are slack)`,
    "1 file, 0 errors, 2 warnings",
    "",
  ]);
  assert.match((await location.run(["check", "flow"])).out, /0 warnings/, "files alone belong to no configuration");
  assert.match((await location.run(["check", "flow", "-c", "flowlord.toml"])).out, /2 warnings/);
  location.write("flowlord.toml", 'workflow = "flow"\n');
  assert.match(
    (await location.run(["check"])).out,
    /its alerts go to the channels that match\. \(Channels: none is conf/,
  );
});

test("check says which file is a workflow although it is not named as one", async (t) => {
  const flow = '[[phase]]\ntask = "a"\ncron = "@daily"\n';
  const location = new Place(t, {
    "flow/a.toml": flow,
    "flow/a.toml.bak": flow,
    "flow/.b.toml": flow,
    "flow/README": "x",
  });
  const { out } = await location.run(["check", "flow"]);
  assert.match(out, /^flow\/a\.toml\.bak:1:1: warning odd_file_name: .*\n2 files, 0 errors, 1 warning\n$/);
});

test("check reads the meta-file of each phase", async (t) => {
  const location = new Place(t, { "rows.csv": "a,b\n1,2\n", "bad.json": "[1]\n" });
  const flow = (path: string): void =>
    location.write(
      "a.toml",
      `[[phase]]\ntask = "a"\ncron = "@daily"\nmeta-file = ${JSON.stringify(join(location.dir, path))}\n`,
    );
  flow("rows.csv");
  assert.match((await location.run(["check", "a.toml"])).out, /0 warnings/);
  for (const path of ["gone.csv", "bad.json", "no-such-folder/*.csv"]) {
    flow(path);
    const { code, out } = await location.run(["check", "a.toml"]);
    assert.equal(code, 0);
    assert.match(out, /^a\.toml:1:1: warning no_meta_file: meta-file .*: no task is made of its rows\./, path);
  }
});

test("check warns of a phase that waits for files which nothing tells of", async (t) => {
  const location = new Place(t, { "flow/a.toml": '[[phase]]\ntask = "a"\nfiles_glob = "/in/**"\n' });
  location.env = { FLOWLORD_BUS__BUS: "file" };
  for (const [more, code] of [
    ["", /warning no_file_events: a waits for files/],
    ['file_topic = "files"\n', /0 warnings/],
    ['[[watch]]\npath = "in"\n', /0 warnings/],
  ] as const) {
    location.write("flowlord.toml", `workflow = "flow"\n${more}`);
    assert.match((await location.run(["check"])).out, code, more);
  }
});

test("check says of a file without phases, and of keys in the wrong one of both files, where they belong", async (t) => {
  const location = new Place(t, {
    "flowlord.toml": 'workflow = "flow"\nfile_topic = "files"\n[bus]\nbus = "file"\n[[phase]]\ntask = "a"\n',
    "flow/a.toml": "# to be written\n",
  });
  assert.match((await location.run(["check"])).out, /phases are written in the files that `workflow` names/);
  assert.match((await location.run(["check"])).out, /flow\/a\.toml:1:1: warning no_phases: /);
  location.write("flow/a.toml", '[[phase]]\ntask = "a"\ncron = "@daily"\n[[worker]]\ntype = "a"\n');
  const { out } = await location.run(["check", "flow"]);
  assert.match(
    out,
    /4:1: warning unknown_key: Unknown key worker: .*\(That belongs to the configuration, flowlord\.toml\)/,
  );
});
