import assert from "node:assert/strict";
import test from "node:test";
import { loadConfig } from "../../../src/config/load-config.ts";
import type { WatchOptions } from "../../../src/config/options.ts";
import { ConfigError } from "../../../src/config/read/issue.ts";

function watchOf(keys: string): WatchOptions | undefined {
  const toml = `[[watch]]\n${keys}\n`;
  return loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map(), cwd: "/home/me" }).options
    .watches[0];
}

function refusal(keys: string): string {
  try {
    watchOf(keys);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new assert.AssertionError({ message: "the configuration was taken" });
}

test("a bucket may be watched, by one spelling of its path", () => {
  assert.deepEqual(watchOf('path = "gs://bucket/in/"'), {
    path: "gs://bucket/in",
    pattern: "**",
    settle: 2000,
    checksum: false,
    existing: true,
    poll: 30_000,
  });
  const paths = {
    "gs://bucket": "gs://bucket",
    "GCS://bucket//in//x/": "gs://bucket/in/x",
    "s3a://bucket/In": "s3://bucket/In",
    "mc://host:9000/bucket/in/": "mc://host:9000/bucket/in",
    "MCS://host/bucket": "mcs://host/bucket",
    "/data/in": "/data/in",
    in: "/home/me/in",
  };
  for (const [path, own] of Object.entries(paths)) assert.equal(watchOf(`path = "${path}"`)?.path, own);
  assert.equal(watchOf('path = "s3://bucket/in"\npoll = "1m"\nchecksum = false')?.poll, 60_000);
});

test("what a bucket has no use for, or a folder, is refused with the reason", () => {
  const refused: [keys: string, sentence: RegExp][] = [
    ['path = "ftp://host/in"', /c\.toml:2:1: .*unknown scheme ftp:\/\/ \(use a local folder, gs:\/\//],
    ['path = "gs://"', /names no bucket \(write it as gs:\/\/BUCKET\/FOLDER\)/],
    ['path = "mc://host:9000"', /names no bucket \(write it as mc:\/\/HOST:PORT\/BUCKET\/FOLDER\)/],
    ['path = "gs://b/in"\nsettle = "5s"', /c\.toml:3:1: .*complete when it is there \(remove it\)/],
    ['path = "gs://b/in"\nchecksum = true', /c\.toml:3:1: .*would be downloaded/],
    ['path = "gs://b/in"\npoll = "10ms"', /c\.toml:3:1: .*less than a second/],
    ['path = "/in"\npoll = "10s"', /c\.toml:3:1: .*`poll` is of buckets/],
  ];
  for (const [keys, sentence] of refused) assert.match(refusal(keys), sentence, keys);
});
