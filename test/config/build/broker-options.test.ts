import assert from "node:assert/strict";
import test from "node:test";
import { loadConfig, type Config } from "../../../src/config/load-config.ts";
import { ConfigError } from "../../../src/config/read/issue.ts";

function load(bus: string): Config {
  return loadConfig({
    file: "conf/flowlord.toml",
    env: {},
    flags: new Map(),
    cwd: "/home/me",
    readFile: () => `[bus]\n${bus}\n`,
  });
}

function refusal(bus: string): string {
  try {
    load(bus);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new assert.AssertionError({ message: "the configuration was taken" });
}

test("NATS without a word is this machine, a stream for each topic, a week", () => {
  assert.deepEqual(load("").options.bus.nats, {
    servers: ["localhost:4222"],
    stream: null,
    prefix: "",
    login: { kind: "none" },
    tls: null,
    maxAge: 7 * 86_400_000,
    replicas: 1,
    ackWait: 30_000,
  });
});

test("NATS takes one of three logins, and TLS where it is asked for or a file is named", () => {
  const natsOf = (bus: string) => load(bus).options.bus.nats;
  assert.deepEqual(natsOf('nats_user = "u"\nnats_password = "p"').login, {
    kind: "password",
    user: "u",
    password: "p",
  });
  assert.deepEqual(natsOf('nats_token = "t"').login, { kind: "token", token: "t" });
  assert.deepEqual(natsOf('nats_creds = "a.creds"').login, { kind: "file", path: "/home/me/a.creds" });
  assert.deepEqual(natsOf("nats_tls = true").tls, { caFile: null, certFile: null, keyFile: null });
  assert.deepEqual(natsOf('nats_tls_ca = "ca.pem"').tls, { caFile: "/home/me/ca.pem", certFile: null, keyFile: null });
});

test("invalid options are refused by a sentence without secrets", () => {
  for (const [bus, message] of [
    [
      'nats_user = "u"\nnats_token = "hush"',
      /3:1: error bad_value: `bus\.nats_user` and `bus\.nats_token` are two login methods/,
    ],
    ['nats_password = "hush"', /`bus\.nats_user` is missing/],
    ['nats_tls_cert = "c.pem"', /`bus\.nats_tls_key` is missing/],
    ['nats_stream = "a.b"', /`bus\.nats_stream` is not a valid name/],
    ["nats_replicas = 0", /`bus\.nats_replicas` is not 1 to 5/],
    ['pubsub_ack_deadline = "5s"', /not between 10s and 10m/],
  ] as const) {
    assert.match(refusal(bus), message);
    assert.doesNotMatch(refusal(bus), /hush/);
  }
});

test("times that are too short are lengthened with a warning", () => {
  const { options, warnings } = load('nats_max_age = "1s"\nnats_ack_wait = "10ms"');
  assert.deepEqual([options.bus.nats.maxAge, options.bus.nats.ackWait], [60_000, 1000]);
  assert.equal(warnings.length, 2);
  assert.equal(load("nats_max_age = 0").options.bus.nats.maxAge, 0);
});
