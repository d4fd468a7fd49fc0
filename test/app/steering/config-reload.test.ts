import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigReload } from "../../../src/app/steering/config-reload.ts";
import { loadConfig, type Config } from "../../../src/config/load-config.ts";
import type { Options } from "../../../src/config/options.ts";
import { RecordingLog } from "../log/recording-log.ts";

const BASE = 'workflow = "./flows"\n';

function configOf(text: string): Config {
  return loadConfig({ file: "flowlord.toml", readFile: () => text, env: {}, flags: new Map(), cwd: "/srv" });
}

/** A reload of a text that the test changes. */
function reloading(text: string) {
  const log = new RecordingLog();
  const recorded: string[] = [];
  const applied: Options[] = [];
  const state = { text, refuse: "", level: "" };
  const reload = new ConfigReload({
    source: {
      initial: configOf(text),
      file: "/srv/flowlord.toml",
      read: () => configOf(state.text),
      setLevel: (level) => void Object.assign(state, { level }),
    },
    store: {
      record: async ({ alerts, resolves = [] }) => {
        recorded.push(...alerts.map(({ type }) => type), ...resolves.map(({ type }) => `${type} over`));
      },
    },
    log,
    now: () => 0,
    apply: async (next) => {
      if (state.refuse !== "") throw new Error(state.refuse);
      applied.push(next);
    },
  });
  return { log, recorded, applied, state, reload };
}

test("a change in place is put in force, and one that needs a restart is named, once", async () => {
  const { log, applied, state, reload } = reloading(BASE);
  await reload.run();
  assert.deepEqual([log.lines, reload.needsRestart], [[], []]);
  state.text = `${BASE}status_port = 9999\n[log]\nlevel = "debug"\n[[worker]]\ntype = "a"\nexec = ["true"]\n`;
  await reload.run();
  await reload.run();
  assert.deepEqual([applied.at(-1)?.workers.length, state.level, reload.needsRestart], [1, "debug", ["status_port"]]);
  const said = log.lines.filter(({ component }) => component === "config").map(({ sentence }) => sentence);
  assert.equal(said.filter((line) => line.startsWith("A restart is needed to put in force: status_port.")).length, 1);
  assert.equal(said.filter((line) => /in force: .*worker/.test(line)).length, 1);
  state.text = BASE;
  await reload.run();
  assert.deepEqual(reload.needsRestart, []);
});

test("what is shown is in force, with the value that waits for a restart, and without secrets", async () => {
  const { state, reload } = reloading(`${BASE}status_port = 8081\n`);
  await reload.run();
  state.text = `${BASE}status_port = 9999\ndrain_timeout = "7s"\n[[channel]]\nname = "ops"\nkind = "webhook"\nurl = "http://127.0.0.1:9/x"\nsecret = "hunter2hunter2"\n`;
  await reload.run();
  const { file, settings } = reload.shown;
  const shown = new Map(settings.map((setting) => [setting.key, setting]));
  assert.equal(file, "/srv/flowlord.toml");
  assert.partialDeepStrictEqual(shown.get("status_port"), { value: "8081", next: "9999", source: "file" });
  assert.partialDeepStrictEqual(shown.get("drain_timeout"), { value: '"7s"', next: null });
  assert.partialDeepStrictEqual(shown.get("done_topic"), {
    value: '"done"',
    next: null,
    source: "default",
    origin: "",
  });
  assert.doesNotMatch(JSON.stringify(settings), /hunter2/);
  state.text = `${BASE}drain_timeout = "soon"\n`;
  await reload.run();
  assert.match(reload.shown.refused ?? "", /drain_timeout/);
});

test("links change in place, and a bad one leaves the last good configuration", async () => {
  const { applied, state, reload } = reloading(BASE);
  await reload.run();
  const link = (url: string): string => `${BASE}[[link]]\nname = "logs"\nurl = "${url}"\n`;
  state.text = link("https://x.example.com/{id}");
  await reload.run();
  assert.deepEqual([applied.at(-1)?.links.length, reload.needsRestart], [1, []]);
  const count = applied.length;
  state.text = link("https://x.example.com/{run}");
  await reload.run();
  assert.equal(applied.length, count);
});

test("secrets of the new configuration are hidden from then on, and its warnings are in the log", async () => {
  const { log, applied, state, reload } = reloading(BASE);
  await reload.run();
  state.text = `${BASE}no_such_key = 1\n[[channel]]\nname = "ops"\nkind = "webhook"\nurl = "http://127.0.0.1:9/x"\nsecret = "hunter2hunter2"\n`;
  await reload.run();
  assert.ok(applied.at(-1)?.redact.secrets.includes("hunter2hunter2"));
  assert.ok(log.lines.some(({ sentence }) => sentence.includes("no_such_key")));
});

test("a broken configuration, and one that cannot be applied, raise one alert until one is accepted", async () => {
  const { log, recorded, applied, state, reload } = reloading(BASE);
  await reload.run();
  recorded.length = 0;
  state.text = `${BASE}drain_timeout = "soon"\n`;
  await reload.run();
  await reload.run();
  assert.deepEqual([recorded, applied.length], [["config_invalid"], 1]);
  state.text = `${BASE}drain_timeout = "1s"\n`;
  state.refuse = "no worker can start";
  await reload.run();
  assert.deepEqual(recorded, ["config_invalid", "config_invalid"]);
  state.refuse = "";
  await reload.run();
  assert.deepEqual([recorded.at(-1), applied.at(-1)?.drainTimeout], ["config_invalid over", 1000]);
  assert.deepEqual(
    log.problems.map(({ sentence }) => sentence.includes("the last good one stays in force")),
    [true, true],
  );
});

test("what an alert of the run before said is over at the start", async () => {
  const { recorded, reload } = reloading(BASE);
  await reload.run();
  await reload.run();
  assert.deepEqual(recorded, ["config_invalid over"]);
});
