import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Place } from "../harness.ts";

/** `code` of each issue of `check`, in the order of the report. */
async function codesOf(location: Place, args: readonly string[] = []): Promise<string[]> {
  const { out } = await location.run(["check", "--json", ...args]);
  return (JSON.parse(out) as { issues: { code: string }[] }).issues.map(({ code }) => code);
}

const PHASE = '[[phase]]\ntask = "load:eu"\ncron = "@daily"\n';
const WORKER = '[[worker]]\ntype = "load"\nexec = ["true"]\n';

test("check names the file that makes a parent, when it is another one", async (t) => {
  const location = new Place(t, {
    "flow/a.toml": '[[phase]]\ntask = "extract:eu"\ncron = "@daily"\n',
    "flow/b.toml": '[[phase]]\ntask = "load"\ndependsOn = ["extract", "extract:us"]\n',
  });
  const { code, out } = await location.run(["check", "flow"]);
  assert.equal(code, 0);
  assert.match(
    out,
    /^flow\/b\.toml:3:1: warning parent_elsewhere: extract is made by a\.toml, and a plain name means/m,
  );
  assert.match(out, /^flow\/b\.toml:3:1: warning unknown_parent: No phase of this file makes extract:us/m);
  assert.match(out, /2 files, 0 errors, 2 warnings/);
});

test("check of one file knows the other files of the configured folder, and does not check them", async (t) => {
  const location = new Place(t, {
    "flowlord.toml": 'workflow = "flow"\n',
    "flow/sub/a.toml": '[[phase]]\ntask = "extract"\ncron = "@daily"\nzzz = 1\n',
    "flow/broken.toml": "[[phase]\n",
    "flow/b.toml": '[[phase]]\ntask = "load"\ndependsOn = "extract"\n',
    "elsewhere/b.toml": '[[phase]]\ntask = "load"\ndependsOn = "extract"\n',
  });
  const { code, out } = await location.run(["check", "flow/b.toml"]);
  assert.equal(code, 0);
  assert.match(out, /^flow\/b\.toml:3:1: warning parent_elsewhere: extract is made by sub\/a\.toml, /);
  assert.match(out, /\n1 file, 0 errors, 1 warning\n$/);
  assert.deepEqual(await codesOf(location, ["elsewhere/b.toml"]), ["unknown_parent"], "that is no file of the folder");
  location.write("flowlord.toml", 'workflow = "nowhere"\n');
  assert.deepEqual(await codesOf(location, ["flow/b.toml"]), ["unknown_parent"]);
});

test("a worker of one of our topics, or of a type that no bus takes for one, is a warning", async (t) => {
  const location = new Place(t, { "flow/a.toml": PHASE });
  location.env = { PATH: "/usr/bin:/bin" };
  for (const [type, code] of [
    ["done", "own_topic"],
    ["files", "own_topic"],
    ["load all", "odd_type"],
    ["x".repeat(65), "odd_type"],
  ] as const) {
    location.write(
      "flowlord.toml",
      `workflow = "flow"\nfile_topic = "files"\n${WORKER}${WORKER.replace("load", type)}`,
    );
    assert.deepEqual(await codesOf(location), [code], type);
  }
});

test("on the embedded bus a phase without a worker is a warning, on others it is not", async (t) => {
  const location = new Place(t, { "flowlord.toml": `workflow = "flow"\n${WORKER}`, "flow/a.toml": PHASE });
  assert.deepEqual(await codesOf(location), []);
  location.write("flowlord.toml", `workflow = "flow"\n${WORKER}job = "us"\n`);
  assert.deepEqual(await codesOf(location), ["no_worker"]);
  assert.deepEqual(await codesOf(location, ["flow"]), [], "files alone belong to no configuration");
  location.write("flowlord.toml", 'workflow = "flow"\n[bus]\nbus = "file"\n');
  assert.deepEqual(await codesOf(location), []);
});

test("a task whose type is one of our own topics is a warning", async (t) => {
  const location = new Place(t, {
    "flowlord.toml": 'workflow = "flow"\nfile_topic = "files"\nfailed_topic = "broken"\n[bus]\nbus = "file"\n',
    "flow/a.toml": ["done", "files", "broken:x"].map((task) => PHASE.replace("load:eu", task)).join(""),
  });
  assert.deepEqual(await codesOf(location), ["own_topic", "own_topic", "own_topic"]);
  const { out } = await location.run(["check"]);
  assert.match(out, /done is sent to the topic done, which Flowlord itself reads or writes as `done_topic`/);
});

test("a command that does not exist is a warning, where it stands", async (t) => {
  const config = (worker: string): string => `workflow = "flow"\n[[worker]]\ntype = "load"\n${worker}\n`;
  const location = new Place(t, { "flowlord.toml": config('exec = ["no-such-program"]'), "flow/a.toml": PHASE });
  location.env = { PATH: "/usr/bin:/bin" };
  const { code, out } = await location.run(["check"]);
  assert.equal(code, 0);
  assert.match(out, /^flowlord\.toml:4:1: warning no_command: worker\.0: there is no program no-such-program on the/);
  location.write("flowlord.toml", config('exec = ["./load.sh"]'));
  assert.deepEqual(await codesOf(location), ["no_command"]);
  location.write("load.sh", "#!/bin/sh\n");
  assert.deepEqual(await codesOf(location), ["no_command"], "it is not executable");
  chmodSync(join(location.dir, "load.sh"), 0o755);
  assert.deepEqual(await codesOf(location), []);
  for (const good of ['exec = ["sh", "x"]', 'shell = true\nexec = "cd x && true"', 'exec = ["{meta:program}"]']) {
    location.write("flowlord.toml", config(good));
    assert.deepEqual(await codesOf(location), [], good);
  }
  location.write("flowlord.toml", config('exec = ["true"]\ncwd = "nowhere"'));
  assert.deepEqual(await codesOf(location), ["no_command"]);
});

test("two workers of the same tasks, and a type with its job, are errors of the configuration", async (t) => {
  const location = new Place(t, { "flow/a.toml": PHASE });
  const config = (...workers: string[]): void =>
    location.write("flowlord.toml", `workflow = "flow"\n${workers.join("")}`);
  config(WORKER, `${WORKER}job = "eu"\n`);
  location.env = { PATH: "/usr/bin:/bin" };
  assert.deepEqual(await codesOf(location), []);
  config(WORKER, WORKER);
  const { code, err } = await location.run(["check"]);
  assert.equal(code, 1);
  assert.match(err, /^flowlord\.toml:6:1: error worker_twice: worker\.1 runs the same tasks as worker\.0 /);
  config(WORKER.replace("load", "load:eu"));
  assert.match(
    (await location.run(["check"])).err,
    /^flowlord\.toml:3:1: error bad_value: worker\.0: `type` has a colon/,
  );
});

test("check says which names and sizes the configured bus refuses", async (t) => {
  const location = new Place(t, { "flow/a.toml": PHASE });
  const codes = async (bus: string, type: string, template = ""): Promise<string> => {
    const keys = {
      nsq: 'nsqd_hosts = ["127.0.0.1:1"]',
      nats: 'nats_url = ["nats://127.0.0.1:1"]',
      pubsub: 'project_id = "p"',
    }[bus];
    location.write("flowlord.toml", `workflow = "flow"\n[bus]\nbus = "${bus}"\n${keys ?? ""}\n`);
    location.write("flow/a.toml", `[[phase]]\ntask = "${type}"\ncron = "@daily"\ntemplate = "${template}"\n`);
    return (await codesOf(location)).filter((code) => code === "odd_type" || code === "bus_refuses").join(" ");
  };
  assert.equal(await codes("nsq", "load all"), "bus_refuses");
  assert.equal(await codes("nsq", "x".repeat(65)), "bus_refuses");
  assert.equal(await codes("nats", "x".repeat(65)), "", "NATS takes it");
  assert.equal(await codes("nats", "load..all"), "bus_refuses");
  assert.equal(await codes("pubsub", "ab"), "bus_refuses");
  assert.equal(await codes("memory", "load all"), "odd_type", "another bus may come");
  assert.equal(await codes("nsq", "load", "x".repeat(1024 * 1024 - 100)), "bus_refuses");
  assert.equal(await codes("pubsub", "load", "x".repeat(1024 * 1024 - 100)), "");
  await codes("nsq", "load all");
  const { out } = await location.run(["check"]);
  assert.match(
    out,
    /bus_refuses: The bus nsq takes no topic "load all", so none of these tasks can be sent: a name has 1 to 64/,
  );
});
