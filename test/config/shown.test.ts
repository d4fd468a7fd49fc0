import assert from "node:assert/strict";
import test from "node:test";
import { secretsOf, shownSettings } from "../../src/config/shown.ts";
import { loadConfig } from "../../src/config/load-config.ts";

function shown(toml: string): Map<string, string> {
  const { settings } = loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map(), cwd: "/" });
  return new Map(shownSettings(settings).map((entry) => [entry.key, entry.value]));
}

test("values show as they would stand in the file", () => {
  const values = shown('refresh = "90m"\n[bus]\nnsqd_hosts = ["a:1"]\n[sqlite]\nretention = "-1ms"\n');
  assert.equal(values.get("refresh"), '"1h30m"');
  assert.equal(values.get("sqlite.retention"), '"-1ms"');
  assert.equal(values.get("bus.nsqd_hosts"), '["a:1"]');
  assert.equal(values.get("status_port"), "8080");
  assert.equal(values.get("insecure"), "false");
});

test("secrets are hidden wherever they can stand", () => {
  const values = shown(`
meta_roots = ["mc://key:hidden1@store.example.com/flows"]
[slack]
url = "https://hooks.example.com/hidden2"
[file]
access_key = "hidden3"
secret_key = "hidden4"
[bus]
json_auth = "hidden5"
nsqd_hosts = ["me:hidden10@nsqd:4150", "hidden11@nsqd:4150"]
lookupd_hosts = ["http://me:hidden12@lookup:4161"]
[[worker]]
type = "a"
http = "https://me:hidden6@example.com/run?token=hidden7&x=1"
[[worker]]
type = "b"
exec = ["load", "https://me:hidden8@example.com/"]
env = { DB_PASSWORD = "hidden9", LEVEL = "high" }
`);
  const text = [...values].join("\n");
  assert.doesNotMatch(text, /hidden/);
  assert.match(text, /LEVEL = "high"/);
  assert.match(text, /x=1/);
  assert.match(text, /nsqd:4150/);
  assert.equal(values.get("slack.title"), '""', "what is not set shows as such");
});

test("the log knows every secret, wherever it can stand", () => {
  const toml = `
[slack]
url = "https://hooks.example.com/hidden1"
[bus]
nsqd_hosts = ["me:hidden2@nsqd:4150", "nsqd:4150"]
nats_user = "me"
nats_password = "hid"
[[worker]]
type = "a"
exec = ["run", "image:tag@sha256:00", "https://me:hid@den3@example.com/"]
env = { DB_PASSWORD = "hidden4", LEVEL = "high" }
`;
  const { settings } = loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map(), cwd: "/" });
  assert.deepEqual(
    [...secretsOf(settings)].toSorted(),
    ["hidden4", "https://hooks.example.com/hidden1", "me:hid@den3", "me:hidden2"],
    "no tag of an image, and none that is so short that it stands in any word",
  );
});
