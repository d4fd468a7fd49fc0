import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { DAY } from "../../../src/contract/time/time-units.ts";
import { phase, records, rigWith } from "../../engine/rig/drive.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { serveRig } from "../served-rig.ts";

const TASK = { type: "a", info: "?day=1" };

async function setUp(t: TestContext): Promise<{ rig: Rig; post: ReturnType<typeof poster> }> {
  const rig = await rigWith(t, phase("a", { cron: "0 5 * * *" }));
  return { rig, post: poster(serveRig(t, rig).app) };
}

function poster(app: ReturnType<typeof serveRig>["app"]) {
  return async (key: string | null, payload: object = TASK, url = "/api/tasks") => {
    const headers = { "x-role": "operator", ...(key === null ? {} : { "idempotency-key": key }) };
    const answer = await app.inject({ method: "POST", url, payload, headers });
    return { status: answer.statusCode, body: answer.json<Problem>(), replayed: answer.headers["idempotent-replayed"] };
  };
}

test("a request that comes again with its Idempotency-Key is done once, and answered the same", async (t) => {
  const { rig, post } = await setUp(t);
  const first = await post("k1");
  assert.deepEqual([first.status, first.replayed], [200, undefined]);
  const again = await post("k1");
  assert.deepEqual([again.status, again.body, again.replayed], [200, first.body, "true"]);
  assert.equal(records(rig).length, 1);
  await post("k2");
  await post(null);
  assert.equal(records(rig).length, 3);
  rig.now += DAY;
  assert.equal((await post("k1")).replayed, undefined, "it is kept for a day");
  assert.equal(records(rig).length, 4);
});

test("an Idempotency-Key belongs to one request", async (t) => {
  const { rig, post } = await setUp(t);
  await post("k1");
  const other = await post("k1", { ...TASK, info: "?day=2" });
  assert.deepEqual([other.status, other.body.code], [422, "idempotency_key_reused"]);
  for (const bad of ["", "ä", "x".repeat(201)]) {
    const refused = await post(bad);
    assert.deepEqual([refused.status, refused.body.code], [400, "bad_idempotency_key"], bad);
  }
  // The same key for another route is another key.
  assert.equal(
    (await post("k1", { target: { kind: "day", day: "2026-11-24" }, text: "a" }, "/api/notes")).replayed,
    undefined,
  );
  assert.equal(records(rig).length, 1);
});

test("what was refused may be sent again, and what is not known is not done twice", async (t) => {
  const { rig, post } = await setUp(t);
  const refused = await post("k1", { type: "nope" });
  assert.equal(refused.status, 404);
  assert.equal((await post("k1", { type: "nope" })).replayed, undefined);
  const { answers } = rig.store;
  const { bodySha256 = "" } =
    (await answers.begin({ caller: "x", route: "y", key: "z", bodySha256: "1" }, rig.now)) ?? {};
  assert.equal(bodySha256, "", "it is new");
  const both = await Promise.all([post("k3"), post("k3")]);
  assert.equal(records(rig).length, 1);
  assert.ok(both.some(({ status }) => status === 200));
  const late = both.find(({ status }) => status !== 200);
  assert.ok(late === undefined || late.body.code === "idempotency_unknown");
});
