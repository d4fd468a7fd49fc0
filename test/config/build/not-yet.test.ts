import assert from "node:assert/strict";
import test from "node:test";
import { loadConfig, type Config } from "../../../src/config/load-config.ts";
import { ConfigError, issueLine } from "../../../src/config/read/issue.ts";

function load(toml: string): Config {
  return loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map(), cwd: "/home/me" });
}

function warningsOf(toml: string): readonly string[] {
  return load(toml).warnings.map(issueLine);
}

function refusal(toml: string): string {
  try {
    load(toml);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new assert.AssertionError({ message: "the configuration was taken" });
}

test("keys without effect are taken with a warning, so that an older file loads", () => {
  const legacy =
    '[file]\naccess_key = "hidden1"\nsecret_key = "hidden2"\nfile_compression = "size"\n' +
    '[cache]\nbackup_path = "gs://bucket/tasks.db"\nretention = "720h"\n';
  assert.deepEqual(warningsOf(legacy), [
    "c.toml:4:1: warning no_effect: `file.file_compression`: without effect; a backup is always compressed, and needs no buffer (remove it)",
  ]);
  const { sqlite, backup } = load(legacy).options;
  assert.equal(sqlite.retention, 30 * 86_400_000);
  assert.deepEqual([backup?.target, backup?.plainCopy], ["gs://bucket/tasks.db.d", "gs://bucket/tasks.db"]);
});

test("what asks for nothing is no warning: defaults, empty texts, history kept for ever", () => {
  for (const retention of ['"0s"', '"-1ms"']) {
    const file = '[file]\naccess_key = ""\nuse_file_buf = false\n';
    assert.deepEqual(warningsOf(`${file}[sqlite]\nbackup_path = ""\nretention = ${retention}\n`), []);
  }
});

test("a path of object storage is refused where a local one is needed, and the sentence says what to do", () => {
  for (const scheme of ["nop", "gs", "gcs", "s3", "s3a", "mc", "mcs"]) {
    const workflow = `${scheme}://bucket/flows`;
    assert.equal(load(`workflow = "${workflow}"`).options.workflow, workflow);
  }
  assert.match(refusal('workflow = "file:///flows"'), /unknown scheme file:\/\/ \(use a local path/);
  assert.equal(
    refusal('refresh = "1m"\nworkflow = "https://host/flows"\n'),
    "c.toml:2:1: error bad_value: `workflow` has the unknown scheme https:// (use a local path, gs://, s3://, mc:// or mcs://)",
  );
  for (const key of ["data", "sqlite.local_path", "bus.path"])
    assert.match(refusal(`${key} = "s3://bucket/x"\n`), new RegExp(`c\\.toml:1:1: error not_local: \`${key}\` `));
});
