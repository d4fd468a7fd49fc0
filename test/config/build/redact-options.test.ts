import assert from "node:assert/strict";
import test from "node:test";
import { loadConfig } from "../../../src/config/load-config.ts";
import { ConfigError } from "../../../src/config/read/issue.ts";

function rules(toml: string) {
  const { options } = loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map(), cwd: "/" });
  return options.redact;
}

function refused(patterns: readonly string[]): string {
  try {
    rules(`[redact]\npatterns = ${JSON.stringify(patterns)}\n`);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return `${error.issues[0]?.message}; ${error.issues[0]?.remedy}`;
  }
  return assert.fail(patterns.join());
}

test("the secrets of workers' env are those whose names suggest it, or are among the keys", () => {
  const worker =
    '[[worker]]\ntype = "a"\nexec = ["true"]\nenv = { DB_PASSWORD = "hunter2", PIN = "123456", LEVEL = "verbose" }\n';
  assert.deepEqual(rules(worker).secrets, ["hunter2"]);
  assert.deepEqual(rules(`[redact]\nkeys = ["pin"]\n${worker}`).secrets, ["hunter2", "123456"]);
});

test("a pattern that is not one of RE2, matches everywhere, or is too long is refused, each with what to do", () => {
  assert.deepEqual(rules('[redact]\npatterns = ["cust-[0-9]{8}"]\n').patterns, ["cust-[0-9]{8}"]);
  assert.match(
    refused(["(?<=a)b"]),
    /`redact\.patterns`: "\(\?<=a\)b": .*; write a regular expression as RE2 has them/,
  );
  assert.match(refused(["x*"]), /it matches an empty text, which is everywhere/);
  assert.match(refused(["x".repeat(1001)]), /it is longer than 1000/);
  assert.match(refused(Array.from({ length: 101 }, (_, at) => `x${at}`)), /there are more than 100; join some/);
});
