import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import type { Bucket } from "../../../src/objects/buckets/bucket.ts";
import { openBucket } from "../../../src/objects/buckets/open-bucket.ts";
import { startGcs } from "../../servers/gcs.ts";
import { S3_CREDENTIALS, startS3 } from "../../servers/s3.ts";
import type { ServerProcess } from "../../servers/server-process.ts";
import { randomFrom, SEED } from "../../support/seed.ts";
import { Place, type Process, rows, until } from "../flowlord.ts";

interface Storage {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  readonly bucket: Bucket;
  readonly process: ServerProcess;
}

const STORAGES: Readonly<Record<string, (t: TestContext) => Promise<Storage | null>>> = {
  "Google Cloud Storage": async (t) => {
    const server = await startGcs(t, "arrivals");
    if (server === null) return null;
    const env = { STORAGE_EMULATOR_HOST: server.url };
    const path = "gs://arrivals/in";
    return {
      path,
      env,
      bucket: await openBucket(path, { accessKey: "", secretKey: "", env }),
      process: server.process,
    };
  },
  "an S3-compatible service": async (t) => {
    const server = await startS3(t, "arrivals");
    if (server === null) return null;
    const path = `${server.url.replace("http:", "mc:")}/arrivals/in`;
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = S3_CREDENTIALS;
    return { path, env: {}, bucket: await openBucket(path, { accessKey, secretKey }), process: server.process };
  },
};

const random = randomFrom(SEED);

function pick<T>(values: readonly [T, ...T[]]): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

async function* content(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function serve(place: Place, { path, env }: Storage): Promise<Process> {
  place.write("flow.toml", `[[phase]]\ntask = "load"\nfiles_glob = "${path}/**/*.csv"\ntemplate = "{meta:file}"\n`);
  place.write(
    "flowlord.toml",
    `workflow = "{config_dir}/flow.toml"
status_port = 0
[sqlite]
local_path = "{config_dir}/tasks.db"
[file]
access_key = "${S3_CREDENTIALS.accessKeyId}"
secret_key = "${S3_CREDENTIALS.secretAccessKey}"
[[watch]]
path = "${path}"
pattern = "**/*.csv"
poll = "1s"
[[watch]]
path = "${path}"
poll = "1s"
existing = false
`,
  );
  const server = place.flowlord(["serve", "-c", "flowlord.toml"], env);
  return server.says("Ctrl-C stops it").then(() => server);
}

for (const [name, open] of Object.entries(STORAGES))
  test(`objects that arrive in ${name} are events once, over kills, an outage and two watches`, async (t) => {
    const storage = await open(t);
    if (storage === null) return;
    const { bucket, path } = storage;
    t.after(() => bucket.close());
    const place = new Place(t);
    const paths = (): readonly string[] =>
      rows<{ path: string }>(place.path("tasks.db"), "SELECT path FROM file_messages ORDER BY path").map(
        (row) => row.path,
      );
    const alerts = (): readonly string[] =>
      rows<{ state: string }>(
        place.path("tasks.db"),
        "SELECT state FROM alert_records WHERE type = 'watch_down' ORDER BY id",
      ).map(({ state }) => state);
    const expected: string[] = [];
    const put = async (key: string): Promise<void> => {
      await bucket.create(key, content(key));
      expected.push(`${path}/${key}`);
    };
    for (let at = 0; at < 120; at += 1) await put(`old/${String(at).padStart(4, "0")}.csv`);

    // Killed while it announces what is there, and what comes meanwhile, before and behind its cursor.
    let server = await serve(place, storage);
    for (let kill = 0; kill < 4; kill += 1) {
      for (let at = 0; at < 10; at += 1) await put(`${pick(["a", "m", "z"])}/${kill}-${at} é.csv`);
      await pause(pick([50, 150, 400, 900]));
      await server.kill();
      server = await serve(place, storage);
    }
    await until(() => paths().length >= expected.length);
    await pause(2500);
    assert.deepEqual(paths(), expected.toSorted());

    // Away, and back, with what came just before.
    await put("a/0000.csv");
    await storage.process.kill();
    await until(
      () => alerts().includes("open"),
      200,
      () => server.said,
      120_000,
    );
    await storage.process.restart();
    await put("a/0001.csv");
    await until(() => paths().length >= expected.length);
    await until(() => alerts().every((state) => state === "resolved"));

    // Overwritten, and removed.
    await bucket.remove("a/0000.csv");
    await pause(1100);
    await put("a/0000.csv");
    await until(() => paths().length >= expected.length);
    assert.deepEqual(paths(), expected.toSorted());
    await server.interrupt();
    assert.equal((await server.ended).code, 0, server.said);
  });
