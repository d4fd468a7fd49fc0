import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { scratchFolder, startServer } from "./start-server.ts";

const REFUSED: readonly (readonly [path: string, body: unknown])[] = [
  ["/api/tasks", { type: "a" }],
  ["/api/tasks/actions", { action: "retry", ids: [1], reason: "" }],
  ["/api/tasks/actions", { action: "mark", ids: [1], reason: "done by hand", result: "complete" }],
  ["/api/jobs", { action: "retry", reason: "", children: false, info: null, meta: null, as: "recorded" }],
  ["/api/topics/done/messages", { messages: ["{}"] }],
  ["/api/dead-letters/redrive", { ids: [1] }],
  ["/api/workflows/phases/a/trigger", {}],
  ["/api/backfills", { type: "a", from: "2026-01-01", total: 1, reason: "" }],
  ["/api/backfills/1/retry-failed", { reason: "" }],
  ["/api/files", { path: "/in/a.csv" }],
  ["/api/files/redrive", { ids: [1] }],
  ["/api/files/finish", { type: "a" }],
];

test("every request that makes tasks or sends messages is refused while the disk is nearly full", async (t) => {
  const refusal = "the disk of /data has only 1 MB of 10 GB left";
  const { url } = await startServer(t, join(scratchFolder(t), "instance"), { refusal });
  for (const [path, body] of REFUSED) {
    const answer = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    assert.deepEqual([answer.status, code], [503, "disk_nearly_full"], `${path} ${detail}`);
    assert.match(detail, /has only 1 MB/);
  }
  const pause = await fetch(`${url}/api/backfills/1/pause`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ reason: "no room" }),
  });
  assert.notEqual(pause.status, 503);
});
