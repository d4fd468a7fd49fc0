import { DEFAULT_RULES } from "../../src/contract/redact/rules.ts";
import assert from "node:assert/strict";
import test from "node:test";
import { ConfigError } from "../../src/config/read/issue.ts";
import { loadConfig, type Config } from "../../src/config/load-config.ts";

interface Given {
  readonly toml?: string;
  readonly file?: string;
  readonly env?: Record<string, string>;
  readonly flags?: Record<string, string>;
  readonly files?: Record<string, string>;
}

function load({ toml, file = "conf/flowlord.toml", env = {}, flags = {}, files = {} }: Given): Config {
  const all: Record<string, string> = toml === undefined ? files : { ...files, [file]: toml };
  return loadConfig({
    file: toml === undefined && files[file] === undefined ? null : file,
    env,
    flags: new Map(Object.entries(flags)),
    cwd: "/home/me",
    readFile: (path) => {
      const text = all[path];
      if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
      return text;
    },
  });
}

function refusal(given: Given): string {
  try {
    load(given);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new assert.AssertionError({ message: "the configuration was taken" });
}

test("without anything the defaults are in force", () => {
  const { options, warnings } = load({});
  assert.deepEqual(warnings, []);
  assert.equal(options.refresh, 15 * 60_000);
  assert.equal(options.doneTopic, "done");
  assert.equal(options.failedTopic, "retry-failed");
  assert.deepEqual(options.fileTopics, []);
  assert.equal(options.statusPort, 8080);
  assert.equal(options.listen, "127.0.0.1");
  assert.equal(options.bus.inKind, "memory");
  assert.equal(options.bus.outKind, "memory");
  assert.equal(options.bus.path, "/home/me/bus");
  assert.equal(options.sqlite.localPath, "/home/me/tasks.db");
  assert.equal(options.sqlite.taskTtl, 4 * 3_600_000);
  assert.equal(options.sqlite.retention, 90 * 86_400_000);
  assert.equal(options.slack.minFrequency, 5 * 60_000);
  assert.equal(options.slack.maxFrequency, 80 * 60_000);
  assert.equal(options.timezone, null);
});

test("several file topics stand in one text, each counted once", () => {
  assert.deepEqual(load({ toml: 'file_topic = " files, s3-uploads,,files "' }).options.fileTopics, [
    "files",
    "s3-uploads",
  ]);
  assert.deepEqual(load({ env: { FILE_TOPIC: "nsq-files" } }).options.fileTopics, ["nsq-files"]);
});

test("flag goes before environment, environment before the older program's, that before file", () => {
  const toml = 'done_topic = "file"';
  const legacy = { DONE_TOPIC: "older" };
  const ours = { ...legacy, FLOWLORD_DONE_TOPIC: "ours" };
  const topic = (given: Given) => {
    const { options, settings } = load(given);
    const source = settings.sources.get("done_topic");
    return [options.doneTopic, source?.name, source?.origin];
  };
  assert.deepEqual(topic({ toml }), ["file", "file", "conf/flowlord.toml:1"]);
  assert.deepEqual(topic({ toml, env: legacy }), ["older", "environment", "DONE_TOPIC"]);
  assert.deepEqual(topic({ toml, env: ours }), ["ours", "environment", "FLOWLORD_DONE_TOPIC"]);
  assert.deepEqual(topic({ toml, env: ours, flags: { "done-topic": "flag" } }), ["flag", "flag", "--set done_topic"]);
});

test("every key comes from the environment too, in lists of tables by number", () => {
  const { options } = load({
    toml: '[[worker]]\ntype = "clean"\nexec = ["true"]\n',
    env: {
      FLOWLORD_BUS__NSQD_HOSTS: "a:1, b:2",
      FLOWLORD_BUS__ROTATE_SIZE: "2MiB",
      FLOWLORD_INSECURE: "true",
      FLOWLORD_LISTEN: "0.0.0.0",
      FLOWLORD_WORKER__0__CONCURRENCY: "4",
      FLOWLORD_WORKER__1__TYPE: "load",
      FLOWLORD_WORKER__1__EXEC: '["sh", "-c", "exit 3"]',
      FLOWLORD_WORKER__1__EXIT_CODES: "{ warn = [3] }",
    },
  });
  assert.deepEqual(options.bus.nsqdHosts, ["a:1", "b:2"]);
  assert.equal(options.bus.rotateSize, 2 * 1024 * 1024);
  assert.equal(options.listen, "0.0.0.0");
  assert.equal(options.workers[0]?.concurrency, 4);
  const second = options.workers[1];
  assert.ok(second?.kind === "exec");
  assert.deepEqual(second.command, ["sh", "-c", "exit 3"]);
  assert.deepEqual(second.exitCodes, { warn: [3], alert: [] });
});

test("a secret may lie in a file that the environment names", () => {
  const { options } = load({
    env: { FLOWLORD_SLACK__URL_FILE: "/run/secrets/slack" },
    files: { "/run/secrets/slack": "https://hooks.example.com/T1\n" },
  });
  assert.equal(options.slack.url, "https://hooks.example.com/T1");
});

test("an empty variable counts as not set", () => {
  assert.equal(load({ env: { FLOWLORD_DONE_TOPIC: "", DONE_TOPIC: "" } }).options.doneTopic, "done");
});

test("PORT and HOST count only when they are a port and a name", () => {
  const { options } = load({ env: { PORT: "tcp://10.0.0.1:80", HOST: "a b" } });
  assert.equal(options.statusPort, 8080);
  assert.equal(options.host, "localhost");
  assert.equal(load({ env: { PORT: "9000" } }).options.statusPort, 9000);
});

test("a worker and a watch are read whole", () => {
  const { options } = load({
    toml: `
[[watch]]
path = "in"
pattern = "**/*.csv"
settle = "5s"
checksum = true
existing = false

[[worker]]
type = "clean"
job = "daily"
exec = ["{config_dir}/clean.sh", "{meta:file}"]
concurrency = 3
timeout = "1m"
kill_after = "3s"
log_max_bytes = "64KB"
cwd = "work"
exit_codes = { warn = [3], alert = [4, 5] }
[worker.env]
LEVEL = "high"

[[worker]]
type = "line"
exec = "cat | wc -l"
shell = true

[[worker]]
type = "post"
http = "http://127.0.0.1:9/x"
`,
  });
  assert.deepEqual(options.watches, [
    { path: "/home/me/in", pattern: "**/*.csv", settle: 5000, checksum: true, existing: false, poll: 30_000 },
  ]);
  assert.deepEqual(options.fileTopics, ["files"], "watched files need a topic");
  assert.deepEqual(options.workers, [
    {
      kind: "exec",
      type: "clean",
      job: "daily",
      concurrency: 3,
      timeout: 60_000,
      command: ["/home/me/conf/clean.sh", "{meta:file}"],
      shell: false,
      killAfter: 3000,
      logDir: "/home/me/logs",
      logMaxBytes: 64_000,
      env: { LEVEL: "high" },
      cwd: "/home/me/work",
      exitCodes: { warn: [3], alert: [4, 5] },
      redact: DEFAULT_RULES,
    },
    {
      kind: "exec",
      type: "line",
      job: null,
      concurrency: 1,
      timeout: 0,
      command: ["cat | wc -l"],
      shell: true,
      killAfter: 10_000,
      logDir: "/home/me/logs",
      logMaxBytes: 1_000_000,
      env: {},
      cwd: "/home/me",
      exitCodes: { warn: [], alert: [] },
      redact: DEFAULT_RULES,
    },
    { kind: "http", type: "post", job: null, concurrency: 1, timeout: 0, url: "http://127.0.0.1:9/x" },
  ]);
});

test("an unknown key is a warning with its line and the nearest known key", () => {
  const { warnings } = load({
    toml: '# first\nreferesh = "1m"\n[bus]\nzzz = 1\n[sqlit]\nlocal_path = "x"\n[slack]\nstatus_port = 1\n',
  });
  const said = warnings.map((warning) => `${warning.line} ${warning.message} (${warning.remedy})`);
  assert.deepEqual(said.toSorted(), [
    "2 there is no key `referesh`, so it has no effect (did you mean `refresh`?)",
    "4 there is no key `bus.zzz`, so it has no effect (remove it)",
    "5 there is no key `sqlit`, so it has no effect (did you mean `sqlite`?)",
    "8 there is no key `slack.status_port`, so it has no effect (did you mean `status_port` at the top, above every section?)",
  ]);
});

test("a mistyped variable is a warning; what workers are given is not", () => {
  const { warnings } = load({ env: { FLOWLORD_BUS_IN_TOPIC: "x", FLOWLORD_TASK_ID: "1" } });
  assert.deepEqual(
    warnings.map((warning) => warning.remedy),
    ["did you mean FLOWLORD_BUS__IN_TOPIC?"],
  );
});

test("all faults are told at once, each with its line", () => {
  const message = refusal({
    toml: `refresh = "soon"\n[bus]\nnsqd_hosts = "x:1"\n[[worker]]\ntype = "a"\n[[worker]]\ntype = 5\n`,
  });
  assert.deepEqual(
    message.split("\n"),
    [
      'conf/flowlord.toml:1:1: error wrong_type: `refresh` takes a duration, not this string (write a number with its unit in quotes, as in "90s", "15m" or "1h30m")',
      'conf/flowlord.toml:3:1: error wrong_type: `bus.nsqd_hosts` takes a list of strings, not this string (write it as in ["a", "b"])',
      'conf/flowlord.toml:7:1: error wrong_type: `worker.1.type` takes a string, not this number (write it in quotes, as in "value")',
    ].toSorted((a, b) => message.indexOf(a) - message.indexOf(b)),
  );
});

const FAULTS: readonly (readonly [string, Given, RegExp])[] = [
  ["JSON", { toml: "{}", file: "c.json" }, /JSON is not read \(write it as TOML/],
  ["YAML", { toml: "a: 1", file: "c.yml" }, /YAML is not read \(write it as TOML/],
  ["another ending", { toml: "", file: "c.conf" }, /does not end in \.toml/],
  ["broken TOML", { toml: "a = 1\nb = \n" }, /flowlord\.toml:2:\d+: error toml: not valid TOML/],
  ["two spellings", { toml: 'task_ttl = 1\n[sqlite]\ntask_ttl = "5h"\nTaskTTL = "6h"\n' }, /3:1: error key_twice/],
  ["a port too large", { toml: "status_port = 70000" }, /`status_port` is not a port number/],
  [
    "a proxy that is no address",
    { toml: '[auth]\ntrusted_proxies = ["10.0.0.0/33"]' },
    /33 is no address and no network/,
  ],
  ["a proxy's login of nobody", { toml: '[auth]\nproxy_user_header = "X-User"' }, /no proxy is trusted: anybody could/],
  [
    "a login that ends at once",
    { toml: '[auth]\nsession_idle = "5s"' },
    /2:1: error bad_value: `auth\.session_idle` is below/,
  ],
  [
    "a threshold that is no share",
    { toml: '[thresholds]\nerror_rate = "5"' },
    /`thresholds\.error_rate` is not a percentage: "5"/,
  ],
  [
    "the same of a type",
    { toml: '[thresholds]\ntypes = { load = "150%" }' },
    /`thresholds\.types\.load` is not a percentage/,
  ],
  ["no tasks", { toml: "[thresholds]\nmin_tasks = 0" }, /`thresholds\.min_tasks` is below 1/],
  ["no zone", { toml: 'timezone = "Mars/Base"' }, /not an IANA time zone/],
  ["no bus", { toml: '[bus]\nbus = "nsqd"' }, /2:1: error bad_value: `bus\.bus`.*did you mean `nsq`/],
  ["an empty done topic", { toml: 'done_topic = ""' }, /`done_topic` is empty/],
  ["a worker without work", { toml: '[[worker]]\ntype = "a"' }, /exactly one of `exec` and `http`/],
  ["a text for no shell", { toml: '[[worker]]\ntype = "a"\nexec = "ls -l"' }, /set shell = true/],
  ["a watch without path", { toml: "[[watch]]\nchecksum = true" }, /`path` is missing/],
  ["one bracket", { toml: '[worker]\ntype = "a"' }, /write \[\[worker\]\]/],
  ["a gap", { env: { FLOWLORD_WORKER__1__TYPE: "x" } }, /there is no worker 0/],
  ["an unknown flag key", { flags: { refrehs: "1m" } }, /there is no key `refrehs` \(did you mean `refresh`/],
  ["a bad variable", { env: { FLOWLORD_REFRESH: "soon" } }, /FLOWLORD_REFRESH \(`refresh`\) takes a duration/],
  ["a missing secret file", { env: { FLOWLORD_SLACK__URL_FILE: "/nowhere" } }, /\/nowhere: error unreadable/],
];

for (const [name, given, expected] of FAULTS) {
  test(`refused: ${name}`, () => assert.match(refusal(given), expected));
}

test("values that would do harm are replaced, and a warning says so", () => {
  const { options, warnings } = load({
    toml: 'refresh = 15\n[slack]\nmin_frequency = "-5m"\nmax_frequency = "1m"\n[sqlite]\ntask_ttl = "10m"\nretention = 0\n',
  });
  assert.equal(options.refresh, 1000);
  assert.equal(options.slack.minFrequency, 300_000);
  assert.equal(options.slack.maxFrequency, 300_000);
  assert.equal(options.sqlite.taskTtl, 3_600_000);
  assert.equal(options.sqlite.retention, 90 * 86_400_000);
  assert.deepEqual(
    warnings.map((warning) => [warning.code, warning.line]),
    [
      ["bare_number", 1],
      ["too_short", 1],
      ["bad_value", 3],
      ["bad_value", 4],
      ["too_short", 6],
    ],
  );
});

test("a bare number as a duration is an error, and where the older program read one a warning", () => {
  const worker = '[[worker]]\ntype = "a"\nexec = ["true"]\n';
  const kept = load({
    toml: `refresh = 900000000000\n[slack]\nMin-Frequency = 60000000000\n[cache]\ntask-ttl = 7200000000000\nretention = 0\n${worker}timeout = 0\nkill_after = "24h"\n`,
    env: { REFRESH: "60000000000" },
  });
  assert.deepEqual([kept.options.refresh, kept.options.slack.minFrequency], [60_000, 60_000]);
  assert.partialDeepStrictEqual(kept.options.workers, [{ timeout: 0, killAfter: 86_400_000 }]);
  assert.deepEqual(
    kept.warnings.map((warning) => `${warning.location}:${warning.line} ${warning.code}: ${warning.message}`),
    [
      "conf/flowlord.toml:3 bare_number: `slack.min_frequency` is a number without a unit: it counts nanoseconds",
      "conf/flowlord.toml:5 bare_number: `sqlite.task_ttl` is a number without a unit: it counts nanoseconds",
      "conf/flowlord.toml:1 bare_number: `refresh` is a number without a unit: it counts nanoseconds",
      "environment:0 bare_number: REFRESH: `refresh` is a number without a unit: it counts nanoseconds",
    ],
  );
  for (const toml of [
    `${worker}timeout = 30\n`,
    `${worker}Kill-After = "30"\n`,
    '[[watch]]\npath = "in"\nsettle = 5\n',
    "[heartbeat]\nevery = 60\n",
    "[bus]\nnsq_msg_timeout = 1\n",
    '[[channel]]\nname = "x"\nkind = "slack"\nmin_frequency = 300\n',
  ])
    assert.throws(() => load({ toml }), /bare_number|takes a duration.*"90s"/, toml);
  assert.throws(
    () => load({ toml: worker, env: { FLOWLORD_WORKER__0__TIMEOUT: "30" } }),
    /FLOWLORD_WORKER__0__TIMEOUT: `worker\.0\.timeout` is a number without a unit \(write it as in "30s"/,
  );
});

test("a secret shows in no error", () => {
  const secret = "xoxb-hidden";
  for (const toml of [
    `[slack]\nurl = ["${secret}"]`,
    `[file]\nsecret_key = { a = "${secret}" }`,
    `[slack]\nurl = "${secret}`,
    `[slack]\nurl = "${secret}" x`,
  ]) {
    assert.ok(!refusal({ toml }).includes(secret), toml);
  }
});
