import assert from "node:assert/strict";
import test from "node:test";
import { ConfigError } from "../../../src/config/read/issue.ts";
import { loadConfig, type Config } from "../../../src/config/load-config.ts";

function load(lines: readonly string[], env: Record<string, string> = {}, files: Record<string, string> = {}): Config {
  const all: Record<string, string> = { ...files, "flowlord.toml": ["[bus]", ...lines].join("\n") };
  const readFile = (path: string) => all[path] ?? "";
  return loadConfig({ file: "flowlord.toml", env, flags: new Map(), cwd: "/home/me", readFile });
}

test("NSQ's own settings have defaults that need nothing", () => {
  const { nsq, nsqdHosts, lookupdHosts } = load(['bus = "nsq"']).options.bus;
  assert.deepEqual([nsqdHosts, lookupdHosts], [[], []]);
  assert.deepEqual(nsq, {
    lookupdPoll: 15_000,
    tls: null,
    authSecret: null,
    compression: "none",
    msgTimeout: 10_000,
    heartbeat: 10_000,
  });
});

test("all of them can be set, paths from the working folder, the secret from a file", () => {
  const lines = [
    'lookupd_poll = "30s"',
    "nsq_tls = true",
    'nsq_tls_ca = "ca.pem"',
    'nsq_tls_cert = "/etc/cert.pem"',
    'nsq_tls_key = "/etc/key.pem"',
    "nsq_tls_verify = false",
    'nsq_compression = "snappy"',
    'nsq_msg_timeout = "5m"',
    'nsq_heartbeat = "30s"',
  ];
  const env = { FLOWLORD_BUS__NSQ_AUTH_SECRET_FILE: "/run/secret" };
  const { options, warnings } = load(lines, env, { "/run/secret": "s3cret\n" });
  assert.deepEqual(warnings, []);
  assert.deepEqual(options.bus.nsq, {
    lookupdPoll: 30_000,
    tls: { caFile: "/home/me/ca.pem", certFile: "/etc/cert.pem", keyFile: "/etc/key.pem", verify: false },
    authSecret: "s3cret",
    compression: "snappy",
    msgTimeout: 300_000,
    heartbeat: 30_000,
  });
});

test("what nsqd would refuse is refused here, with the place", () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["nsq_tls = true", 'nsq_tls_cert = "c.pem"'], /`bus\.nsq_tls_key` is missing.*both the certificate/s],
    [['nsq_compression = "gzip"'], /flowlord\.toml:2.*not a compression of NSQ.*none, deflate, snappy/s],
    [['nsq_heartbeat = "2m"'], /flowlord\.toml:2.*not between 1s and 1m/s],
  ];
  for (const [lines, message] of cases)
    assert.throws(
      () => load(lines),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
});

test("times below a second count as one, and say so", () => {
  const { options, warnings } = load(['lookupd_poll = "10ms"', 'nsq_msg_timeout = "5ms"']);
  assert.equal(options.bus.nsq.lookupdPoll, 1000);
  assert.equal(options.bus.nsq.msgTimeout, 1000);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ["too_short", "too_short"],
  );
});
