import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { deadLettersAnswer } from "../../../src/contract/api/dead-letter-api.ts";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { dataOf, phase, rigWith } from "../../engine/rig/drive.ts";
import { serveRig } from "../served-rig.ts";

const FLOW = phase("a", { files: "/in/*" });

test("POST /api/topics/{topic}/messages sends what it is given, in the caller's name", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { post } = serveRig(t, rig);
  const { status, body } = await post("/api/topics/clean/messages", { messages: ["x", ""], reason: "a test" });
  assert.deepEqual([status, body], [200, { sent: 2 }]);
  assert.deepEqual(
    rig.sent.map(({ topic, payload }) => [topic, payload]),
    [
      ["clean", "x"],
      ["clean", ""],
    ],
  );
  assert.deepEqual(dataOf(rig, "published"), { topic: "clean", by: "ada", reason: "a test", messages: 2 });
  // A name may be long, and have characters that an address encodes.
  const long = "é/".repeat(100);
  assert.equal((await post(`/api/topics/${encodeURIComponent(long)}/messages`, { messages: ["x"] })).status, 200);
  assert.equal(rig.sent.at(-1)?.topic, long);
});

test("POST /api/topics/{topic}/messages refuses what cannot be sent", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { post } = serveRig(t, rig);
  for (const [topic, payload, pointer] of [
    ["clean", {}, "/body/messages"],
    ["clean", { messages: [] }, "/body/messages"],
    ["clean", { messages: [1] }, "/body/messages/0"],
    ["clean", { messages: Array.from({ length: 10_001 }, () => "") }, "/body/messages"],
    ["clean", { messages: ["x"], by: "somebody else" }, "/body/by"],
    ["clean", { messages: ["x"], reason: "x".repeat(1001) }, "/body/reason"],
    ["a%0Ab", { messages: ["x"] }, "/path/topic"],
    ["x".repeat(201), { messages: ["x"] }, "/path/topic"],
  ] as const) {
    const { status, body } = await post<Problem>(`/api/topics/${topic}/messages`, payload);
    assert.deepEqual([status, body.errors?.[0]?.pointer], [400, pointer]);
  }
  const viewer = await post<Problem>("/api/topics/clean/messages", { messages: ["x"] }, "viewer");
  assert.deepEqual([viewer.status, viewer.body.code], [403, "role"]);
  assert.deepEqual(rig.sent, []);
});

test("a dead letter says who redrove it and why", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get, post } = serveRig(t, rig);
  await post("/api/topics/files/messages", { messages: ["no json"] });
  const mended = { ids: [1], payload: '{"path":"/in/a"}', reason: "a comma" };
  assert.deepEqual((await post("/api/dead-letters/redrive", mended)).body, { redriven: 1 });
  const { body } = await get<z.infer<typeof deadLettersAnswer>>("/api/dead-letters?redriven=true");
  const [letter] = body.dead_letters;
  assert.deepEqual([letter?.redriven_by, letter?.redriven_reason], ["ada", "a comma"]);
  const said = { by: "ada", reason: "a comma" };
  assert.deepEqual(dataOf(rig, "redriven"), { dead_letter: 1, topic: "files", ...said, edited: true });
});
