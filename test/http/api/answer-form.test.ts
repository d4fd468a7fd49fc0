import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { phase, rigWith } from "../../engine/rig/drive.ts";
import { logFolder, writeLog } from "../../task-logs/fixture.ts";
import { serveRig } from "../served-rig.ts";

const FLOW = phase("a", { cron: "0 5 * * *" });

test("an answer above 1 kB is compressed for clients that take that", async (t) => {
  const { app } = serveRig(t, await rigWith(t, FLOW));
  const get = (url: string, coding?: string) =>
    app.inject({
      url,
      headers: { "x-role": "viewer", ...(coding === undefined ? {} : { "accept-encoding": coding }) },
    });
  const plain = await get("/api/openapi.json");
  assert.equal(plain.headers["content-encoding"], undefined);
  assert.equal(plain.headers["vary"], "accept-encoding");
  const small = await get("/api/openapi.json", "br, gzip");
  assert.equal(small.headers["content-encoding"], "gzip");
  assert.ok(small.rawPayload.length < plain.rawPayload.length / 4);
  assert.deepEqual(JSON.parse(gunzipSync(small.rawPayload).toString()), plain.json());
  assert.equal((await get("/api/openapi.json", "gzip;q=0")).headers["content-encoding"], undefined);
  const short = await get("/api/dead-letters", "gzip");
  assert.equal(short.headers["content-encoding"], undefined, "it is shorter");
});

test("an export is compressed as it is written, what is followed is not", async (t) => {
  const rig = await rigWith(t, FLOW);
  const dir = logFolder(t);
  const { app, post } = serveRig(t, rig, { logDirs: [dir] });
  for (let at = 0; at < 30; at += 1) await post("/api/tasks", { type: "a", info: `?n=${at}` });
  const get = (url: string, coding: string) =>
    app.inject({ url, headers: { "x-role": "viewer", "accept-encoding": coding } });
  for (const url of ["/api/tasks/export?format=ndjson", "/api/tasks/export?format=csv"]) {
    const plain = await get(url, "identity");
    assert.deepEqual([plain.headers["content-encoding"], plain.headers["vary"]], [undefined, "accept-encoding"]);
    const small = await get(url, "gzip");
    assert.equal(small.headers["content-encoding"], "gzip");
    assert.ok(small.rawPayload.length < plain.rawPayload.length / 4);
    assert.equal(gunzipSync(small.rawPayload).toString(), plain.body);
    assert.equal(inflateRawSync((await get(url, "deflate")).rawPayload).toString(), plain.body);
  }
  const [record] = await rig.store.reads.logs.tasks("1");
  assert.ok(record !== undefined);
  writeLog(dir, record, "line\n".repeat(10_000), ".log", record.decided_at);
  const output = await get("/api/tasks/1/log", "gzip");
  assert.equal(gunzipSync(output.rawPayload).toString(), "line\n".repeat(10_000));
  assert.equal(output.headers["flowlord-log-size"], "50000");
  await post("/api/tasks/actions", { action: "mark", ids: [1], result: "complete", reason: "done" });
  const followed = await get("/api/tasks/1/log?follow=true", "gzip");
  assert.deepEqual([followed.headers["content-encoding"], followed.body.length], [undefined, 50_000]);
});

test("what rarely changes has an ETag, and is not sent to a client that has it", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { app } = serveRig(t, rig);
  const get = (url: string, known = "") =>
    app.inject({ url, headers: { "x-role": "viewer", "accept-encoding": "gzip", "if-none-match": known } });
  const first = await get("/api/workflows");
  const etag = String(first.headers["etag"]);
  assert.match(etag, /^W\/"[\w-]+"$/);
  assert.equal(first.headers["cache-control"], "private, no-cache");
  for (const known of [etag, `"x", ${etag}`, etag.slice(2), "*"]) {
    const again = await get("/api/workflows", known);
    assert.deepEqual([again.statusCode, again.body, again.headers["etag"]], [304, "", etag], known);
  }
  await rig.write("other.toml", FLOW);
  await rig.reload();
  const changed = await get("/api/workflows", etag);
  assert.equal(changed.statusCode, 200);
  assert.notEqual(changed.headers["etag"], etag);
  const lists = await get("/api/dead-letters");
  assert.deepEqual([lists.headers["etag"], lists.headers["cache-control"]], [undefined, "no-store"]);
  assert.equal((await get("/api/workflows?limit=0", etag)).headers["etag"], undefined, "a refusal");
});
