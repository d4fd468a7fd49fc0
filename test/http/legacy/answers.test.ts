import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { rawRequest } from "./raw-request.ts";
import { openSlackHook } from "./slack-hook.ts";
import { legacyServer, phase } from "./served-legacy.ts";

const FLOW = phase("load", { cron: "0 * * * *" });

async function done(rig: Rig, ...messages: readonly Readonly<Record<string, string>>[]): Promise<void> {
  const payloads = messages.map((message) => ({ topic: "done", payload: JSON.stringify(message) }));
  await handleDone(payloads, rig.context);
}

test("GET /info tells of ticks that were fired, and times of the workflows by the instance's clock", async (t) => {
  const { app, rig, scheduler } = await legacyServer(t, { workflows: { "a.toml": FLOW }, zone: "Asia/Kolkata" });
  const info = async () => (await app.inject("/info")).json();
  const before = await info();
  assert.equal(before.last_cache, "2026-11-24T17:30:00");
  assert.equal(before.next_cache, "2026-11-24T17:45:00");
  assert.equal(before.workflow["a.toml"].load.Prev, "0001-01-01T00:00:00Z");
  rig.now += HOUR / 2;
  await scheduler.fire();
  const after = await info();
  // The hours of the zone begin at half past.
  assert.equal(after.workflow["a.toml"].load.Prev, "2026-11-24T12:30:00Z");
  assert.equal(after.workflow["a.toml"].load.Next, "2026-11-24T13:30:00Z");
  assert.equal(after.runtime, "30m");
});

test("GET /task has one run of many, in the order of time, and takes ids of any length", async (t) => {
  const { app, rig } = await legacyServer(t, { workflows: { "a.toml": FLOW } });
  const id = "r".repeat(300);
  const one = { type: "load", info: "x", result: "complete" };
  await done(
    rig,
    { ...one, id, created: "2026-11-24T03:00:00+02:00", ended: "2026-11-24T04:00:00Z" },
    { ...one, id, created: "2026-11-24T00:30:00Z", ended: "2026-11-24T00:31:00.5Z", meta: "workflow=b.toml" },
    { ...one, id: "other", created: "2026-11-24T00:30:00Z" },
  );
  const { LastUpdate, Completed, Events } = (await app.inject(`/task/${id}`)).json();
  assert.deepEqual([LastUpdate, Completed], ["2026-11-24T04:00:00Z", true]);
  const created = (Events as { created: string }[]).map((event) => event.created);
  assert.deepEqual(created, ["2026-11-24T00:30:00Z", "2026-11-24T01:00:00Z"]);
});

test("GET /task takes an id with an escaped slash as it is written, like the older program", async (t) => {
  const { port, rig } = await legacyServer(t, { workflows: { "a.toml": FLOW } });
  const one = { type: "load", info: "x", result: "complete", created: "2026-11-24T00:30:00Z" };
  await done(rig, { ...one, id: "a/b" }, { ...one, id: "a b" }, { ...one, id: "a!(b)" });
  const found = async (path: string) => JSON.parse((await rawRequest(port, { path })).text).Completed;
  assert.equal(await found("/task/a%2Fb"), false);
  assert.equal(await found("/task/a%20b"), true);
  assert.equal(await found("/task/a!(b)"), true);
});

test("GET /task refuses a run that is too large for one answer", async (t) => {
  const { app, rig } = await legacyServer(t, { workflows: { "a.toml": FLOW } });
  const messages = Array.from({ length: 10_001 }, (_, at) => ({
    type: "load",
    id: "run",
    info: `x${at}`,
    result: "warn",
    created: "2026-11-24T00:30:00Z",
  }));
  for (let at = 0; at < messages.length; at += 1000) await done(rig, ...messages.slice(at, at + 1000));
  const answer = await app.inject("/task/run");
  assert.deepEqual([answer.statusCode, answer.json().code], [413, "run_too_large"]);
});

test("GET /recap counts the day of UTC, sorted by name, whatever the zone", async (t) => {
  const { app, rig } = await legacyServer(t, { workflows: { "a.toml": FLOW }, zone: "Pacific/Auckland" });
  const one = { info: "?day=2026-11-20", result: "complete" };
  await done(
    rig,
    { ...one, id: "1", type: "b", created: "2026-11-24T23:59:59Z" },
    { ...one, id: "2", type: "a", job: "j", created: "2026-11-25T01:00:00+02:00" },
    { ...one, id: "3", type: "c", created: "2026-11-25T00:00:00Z" },
    { ...one, id: "4", type: "c", created: "2026-11-24T01:00:00+02:00" },
  );
  const { body } = await app.inject("/recap");
  const recap = (name: string) => `${name}\n\tmin: 0s max: 0s avg: 0s\n\tComplete: 1 2026/11/20T00\n`;
  assert.equal(body, recap("a:j") + recap("b"));
});

test("GET /recap refuses a day with too many jobs for one answer", async (t) => {
  const { app, rig } = await legacyServer(t, { workflows: { "a.toml": FLOW } });
  for (let at = 0; at <= 10_000; at += 1000) {
    const jobs = Array.from({ length: Math.min(1000, 10_001 - at) }, (_, index) => `j${at + index}`);
    const one = { type: "load", info: "x", result: "warn", created: "2026-11-24T00:30:00Z" };
    await done(rig, ...jobs.map((job) => ({ ...one, id: job, job })));
  }
  const answer = await app.inject("/recap");
  assert.deepEqual([answer.statusCode, answer.json().code], [413, "recap_too_large"]);
});

test("GET and POST /refresh put a change in force, and tell of it once", async (t) => {
  const { app, rig } = await legacyServer(t, { workflows: { "a.toml": FLOW, "g/a.toml": FLOW } });
  await rig.write("g/a.toml", phase("other", { cron: "@daily" }));
  const first = await app.inject({ method: "POST", url: "/refresh" });
  assert.deepEqual(first.json().Files, ["g/a.toml"]);
  assert.ok(Object.hasOwn((await app.inject("/info")).json().workflow["g/a.toml"], "other"));
  const second = (await app.inject("/refresh")).json();
  assert.deepEqual(Object.keys(second), ["Cache", "Updated"]);
});

test("GET /refresh deletes what is older than the retention, and says how much", async (t) => {
  const { app, rig } = await legacyServer(t, { workflows: { "a.toml": FLOW }, retention: "720h" });
  const task = { type: "load", info: "x", result: "complete", created: "2026-11-24T00:30:00Z" };
  await done(rig, { ...task, id: "1" }, { ...task, id: "2" });
  const deleted = async (): Promise<unknown> => (await app.inject("/refresh")).json().Cache;
  assert.equal(await deleted(), "tasks: 0 alerts:0 files: 0 days: 0");
  rig.now += 31 * 24 * HOUR;
  assert.equal(await deleted(), "tasks: 2 alerts:0 files: 0 days: 0");
  assert.equal(await deleted(), "tasks: 0 alerts:0 files: 0 days: 0");
});

test("GET /refresh lists files as folders do", async (t) => {
  const { app, rig } = await legacyServer(t, { workflows: { "flow.toml": FLOW, "old.toml": phase("old") } });
  for (const name of ["b.toml", "b/z.toml", "b/a.toml", "a.toml"]) await rig.write(name, phase(`t-${name}`));
  await rm(join(rig.dir, "workflows", "old.toml"));
  const { Files } = (await app.inject("/refresh")).json();
  assert.deepEqual(Files, ["a.toml", "b/a.toml", "b/z.toml", "b.toml", "-old.toml"]);
});

test("GET /refresh fails while a file is not accepted, when workflows vanish, and without their folder", async (t) => {
  const { app, rig } = await legacyServer(t, { workflows: { "a.toml": FLOW } });
  const refused = async (pattern: RegExp) => {
    const { statusCode, headers, body } = await app.inject("/refresh");
    assert.deepEqual([statusCode, headers["content-type"]], [400, "text/plain; charset=utf-8"]);
    assert.match(body, pattern);
  };
  await rig.write("bad.toml", "[[phase]\n");
  await rig.write("good.toml", phase("good"));
  await refused(/^error reloading workflow: bad\.toml:1:\d+: .*not accepted/);
  await refused(/bad\.toml/);
  assert.ok(Object.hasOwn((await app.inject("/info")).json().workflow, "good.toml"));
  const folder = join(rig.dir, "workflows");
  for (const name of ["a.toml", "bad.toml", "good.toml"]) await rm(join(folder, name));
  await refused(/phases would be dropped/);
  await rm(folder, { recursive: true });
  await refused(/does not exist/);
});

test("GET /notify tells Slack, and never shows its address", async (t) => {
  const hook = await openSlackHook();
  t.after(() => hook.close());
  const { app, rig } = await legacyServer(t, {
    workflows: { "a.toml": FLOW },
    slack: { url: hook.url, channel: "#ops", prefix: "here" },
  });
  const sent = await app.inject("/notify");
  assert.deepEqual([sent.statusCode, sent.body, sent.headers["content-type"]], [200, "", undefined]);
  const [body] = hook.received as { channel: string; attachments: { text: string }[] }[];
  assert.equal(body?.channel, "#ops");
  assert.match(body?.attachments[0]?.text ?? "", /^\[here\] \{"app_name":"flowlord","version":"1\.2\.3","runtime":"/);
  hook.status = 500;
  rig.now += HOUR;
  const failed = await app.inject({ method: "POST", url: "/notify" });
  assert.equal(failed.statusCode, 200);
  assert.match(failed.body, /^slack: .*500/);
  assert.ok(!failed.body.includes("secret"));
});

test("GET /notify without [slack] says so", async (t) => {
  const { app } = await legacyServer(t, { workflows: { "a.toml": FLOW } });
  const { statusCode, body } = await app.inject("/notify");
  assert.deepEqual([statusCode, body.split(";", 1)[0]], [200, "slack: no [slack] is configured"]);
});

test("answers are compressed as the client wants it", async (t) => {
  const { app } = await legacyServer(t, { workflows: { "a.toml": FLOW } });
  const get = async (url: string, accepted: string) => {
    const { headers, rawPayload } = await app.inject({ url, headers: { "accept-encoding": accepted } });
    return { encoding: headers["content-encoding"], rawPayload };
  };
  const zipped = await get("/info", "br, GZIP;q=0.5, deflate");
  assert.equal(zipped.encoding, "gzip");
  assert.match(gunzipSync(zipped.rawPayload).toString(), /"app_name"/);
  const deflated = await get("/workflow", "deflate, gzip;q=0");
  assert.equal(deflated.encoding, "deflate");
  assert.equal(inflateRawSync(deflated.rawPayload).toString(), "/a.toml\n");
  assert.equal((await get("/nope", "gzip")).encoding, "gzip");
  for (const [url, accepted] of [
    ["/info", ""],
    ["/status", "gzip"],
    ["/info", "br"],
    ["/workflow/a.toml", "gzip"],
    ["/recap", "gzip"],
  ] as const) {
    assert.equal((await get(url, accepted)).encoding, undefined, `${url} ${accepted}`);
  }
});

test("a secret of a task, and of a workflow file, is hidden, and everything else stays as it was, byte for byte", async (t) => {
  const flow = `${FLOW}template = "?api_token=canary7f3a9&day={yyyy}"\n`;
  const { app, rig } = await legacyServer(t, { workflows: { "a.toml": flow } });
  const task = {
    id: "r1",
    type: "load",
    info: "day=1",
    meta: "db_password=canary7f3a9&x=1",
    created: "2026-11-24T12:00:00Z",
  };
  await done(rig, { ...task, result: "error", msg: "no login at https://etl:canary7f3a9@db.example/x" });
  for (const url of ["/task/r1", "/recap", "/workflow/a.toml", "/info", "/no/password=canary7f3a9"]) {
    const { body } = await app.inject(url);
    assert.ok(!body.includes("canary"), `${url}: ${body}`);
  }
  assert.match((await app.inject("/workflow/a.toml")).body, /template = "\?api_token=\*{8}&day=\{yyyy\}"/);
  const { statusCode, body } = await app.inject("/api/password=canary7f3a9");
  assert.deepEqual([statusCode, body.includes("canary")], [404, false]);
});
