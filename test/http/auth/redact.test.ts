import assert from "node:assert/strict";
import { test } from "node:test";
import { phase, rigWith } from "../../engine/rig/drive.ts";
import { serveRig } from "../served-rig.ts";

const CANARY = "canary7f3a9";

test("answers have no secret of a task, a dead letter or a note, lists, one and exports", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "0 5 * * *" }));
  const { app, get, post } = serveRig(t, rig);
  const made = await post<object>("/api/tasks", {
    type: "a",
    info: `{"password":"${CANARY}"}`,
    meta: `api_token=${CANARY}&day=1`,
  });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  await rig.store.addDeadLetters([
    { topic: "t", payload: `{"authorization":"Bearer ${CANARY}"`, reason: "no", code: "no_json", receivedAt: rig.now },
  ]);
  const answers = [made.body];
  for (const url of ["/api/tasks", "/api/tasks/1", "/api/dead-letters"]) {
    const { status, body } = await get<object>(url);
    assert.equal(status, 200, url);
    answers.push(body);
  }
  for (const format of ["csv", "ndjson"]) {
    const { statusCode, body } = await app.inject({
      url: `/api/tasks/export?format=${format}`,
      headers: { "x-role": "viewer" },
    });
    assert.equal(statusCode, 200, format);
    assert.match(body, /api_token=\*{8}&cron=[^&]*&day=1/);
    answers.push({ body });
  }
  for (const answer of answers) assert.ok(!JSON.stringify(answer).includes(CANARY), JSON.stringify(answer));
  const [kept] = await rig.store.reads.taskHistory("1");
  assert.ok(kept?.task.meta.includes(CANARY), "the record is whole");
});
