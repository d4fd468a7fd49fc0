import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { findWorkflowFiles } from "../../../src/engine/workflows/workflow-files.ts";
import { AnyObjects } from "../../../src/objects/any.ts";
import { readBucketAddress } from "../../../src/objects/buckets/bucket-address.ts";
import { BucketObjects } from "../../../src/objects/buckets/bucket-objects.ts";
import { LocalBucket } from "../../../src/objects/buckets/local-bucket.ts";
import { MAX_FILE_BYTES, ObjectError } from "../../../src/objects/objects.ts";
import { startGcs } from "../../servers/gcs.ts";
import { S3_CREDENTIALS, startS3 } from "../../servers/s3.ts";

const FILES = {
  "flows/a.toml": "a",
  "flows/b.toml": "b",
  "flows/sub/c.toml": "c",
  "flows/.hidden/d.toml": "d",
  "flowsy/e.toml": "e",
  "root.toml": "r",
};
const NO_OPTIONS = { accessKey: "", secretKey: "", env: {} };

/** Buckets of a local folder, one for each name. */
async function objectsOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<BucketObjects> {
  const root = await mkdtemp(join(tmpdir(), "flowlord-bucket-"));
  t.after(() => rm(root, { recursive: true, force: true }));
  for (const [key, content] of Object.entries(files)) {
    const path = join(root, "bucket", key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
  return new BucketObjects(NO_OPTIONS, async (address) => {
    assert.ok(typeof address === "object" && address.kind === "gcs");
    return new LocalBucket(join(root, address.bucket));
  });
}

test("a folder is what other names begin with", async (t) => {
  const objects = await objectsOf(t, FILES);
  const kinds = [
    "gs://bucket/flows",
    "gs://bucket/flows/",
    "gs://bucket/flows/a.toml",
    "gs://bucket/flow",
    "gs://bucket",
  ];
  assert.deepEqual(await Promise.all(kinds.map((path) => objects.kindOf(path))), [
    "folder",
    "folder",
    "file",
    null,
    "folder",
  ]);
  const listed = await objects.list("gs://bucket/flows");
  assert.deepEqual(
    listed.map(({ name, path, size }) => [name, path, size]),
    [
      ["a.toml", "gs://bucket/flows/a.toml", 1],
      ["b.toml", "gs://bucket/flows/b.toml", 1],
      ["sub/c.toml", "gs://bucket/flows/sub/c.toml", 1],
    ],
  );
  assert.deepEqual(await objects.names("gcs://bucket/flows/"), ["a.toml", "b.toml"]);
  assert.equal(await objects.read("gs://bucket/flows/sub/c.toml"), "c");
  await assert.rejects(objects.read("gs://bucket/flows/none.toml"), { code: "not_found" });
});

test("a file has a limit, and a bucket that could not be opened is tried again", async (t) => {
  const objects = await objectsOf(t, { large: "x".repeat(MAX_FILE_BYTES + 1), fits: "x".repeat(MAX_FILE_BYTES) });
  await assert.rejects(
    objects.readBytes("gs://bucket/large"),
    /larger than 16 MiB, which is the limit\. Split the file\./,
  );
  assert.equal((await objects.readBytes("gs://bucket/fits")).length, MAX_FILE_BYTES);
  let opened = 0;
  const failing = new BucketObjects(NO_OPTIONS, async () => {
    opened += 1;
    throw new ObjectError("unavailable", "no network");
  });
  for (const _ of [1, 2]) await assert.rejects(failing.read("s3://bucket/x"), /no network/);
  assert.equal(opened, 2);
});

test("a path connects to no server that the configuration does not name", async () => {
  const opened: string[] = [];
  const objects = new BucketObjects({ ...NO_OPTIONS, hosts: ["minio.example:9000"] }, async (address) => {
    opened.push(JSON.stringify(address));
    throw new ObjectError("unavailable", "opened");
  });
  for (const host of ["169.254.169.254", "minio.example", "minio.example:9000@127.0.0.1", "[::1]:80", "2130706433"])
    await assert.rejects(objects.read(`mc://${host}/bucket/rows.csv`), { code: "refused" }, host);
  assert.deepEqual(opened, []);
  for (const path of ["mc://minio.example:9000/b/x", "MCS://MINIO.example:9000/b/x", "s3://b/x", "gs://b/x"])
    await assert.rejects(objects.read(path), /opened/, path);
});

test("the address of a bucket", () => {
  assert.deepEqual(readBucketAddress("gcs://b/x/y/"), { kind: "gcs", bucket: "b", prefix: "x/y/" });
  assert.deepEqual(readBucketAddress("s3://b"), { kind: "s3", endpoint: null, bucket: "b", prefix: "" });
  assert.deepEqual(readBucketAddress("mc://host:9000/b/x"), {
    kind: "s3",
    endpoint: "http://host:9000",
    bucket: "b",
    prefix: "x/",
  });
  assert.deepEqual(readBucketAddress("MCS://host/b//x"), {
    kind: "s3",
    endpoint: "https://host",
    bucket: "b",
    prefix: "x/",
  });
  assert.deepEqual(readBucketAddress("./backups"), { kind: "local", folder: "./backups" });
  assert.throws(() => readBucketAddress("gs:///x"), /names no bucket\. Write it as gs:\/\/BUCKET\/FOLDER/);
  assert.throws(() => readBucketAddress("mc://host"), /Write it as mc:\/\/HOST:PORT\/BUCKET\/FOLDER/);
  for (const path of ["ftp://b/x", "file:///x"])
    assert.throws(() => readBucketAddress(path), { code: "scheme_unknown" });
});

/** Workflow files from a real server, as the start reads them. */
for (const [name, addressOf] of [
  [
    "Google Cloud Storage",
    async (t: TestContext) => {
      const server = await startGcs(t, "flows");
      return server === null ? null : { address: "gs://flows", env: { STORAGE_EMULATOR_HOST: server.url } };
    },
  ],
  [
    "an S3-compatible service",
    async (t: TestContext) => {
      const server = await startS3(t, "flows");
      return server === null ? null : { address: server.url.replace("http://", "mc://") + "/flows", env: {} };
    },
  ],
] as const) {
  test(`workflow files are read from ${name}`, async (t) => {
    const place = await addressOf(t);
    if (place === null) return;
    const { accessKeyId: accessKey, secretAccessKey: secretKey } = S3_CREDENTIALS;
    const options = { accessKey, secretKey, env: place.env };
    const { openBucket } = await import("../../../src/objects/buckets/open-bucket.ts");
    const bucket = await openBucket(`${place.address}/v1`, options);
    t.after(() => bucket.close());
    for (const key of ["b.toml", "sub/a.toml"])
      await bucket.create(
        key,
        (async function* text() {
          yield Buffer.from(`text of ${key}`);
        })(),
      );
    const objects = new AnyObjects(options);
    t.after(() => objects.close());
    const found = await findWorkflowFiles(`${place.address}/v1`, objects);
    assert.deepEqual(
      found.map(({ name: each, source, error }) => [each, source, error]),
      [
        ["b.toml", "text of b.toml", null],
        ["sub/a.toml", "text of sub/a.toml", null],
      ],
    );
    assert.equal((await findWorkflowFiles(`${place.address}/v1/b.toml`, objects))[0]?.name, "b.toml");
    await assert.rejects(findWorkflowFiles(`${place.address}/v2`, objects), { code: "workflow_path_missing" });
    await assert.rejects(
      findWorkflowFiles(`${place.address}-none/v1`, objects),
      /not_found|does not exist|NoSuchBucket|Not Found/i,
    );
  });
}
