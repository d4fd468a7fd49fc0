import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import type { Problem } from "../../../src/contract/api/problem.ts";
import { arrive, deliver, phase, report, rigWith, rootTask, takeOne } from "../../engine/rig/drive.ts";
import { turns } from "../../engine/backfill/ask.ts";
import { BackfillRunner } from "../../../src/engine/backfill/advance-backfills.ts";
import type { Rig } from "../../engine/rig/rig.ts";
import { readEvents, type SentEvent } from "./read-events.ts";
import { serveRig } from "../served-rig.ts";

interface Stream {
  readonly headers: Headers;
  /** Reads on until an event of this name has come; answers all events so far. */
  until(name: string): Promise<readonly SentEvent[]>;
  /** Reads what comes next. */
  more(): Promise<void>;
  /** Resolves when the server has ended it. */
  ended(): Promise<void>;
  leave(): void;
}

async function listening(t: TestContext, rig: Rig): Promise<(query: string, headers?: object) => Promise<Stream>> {
  const { app } = serveRig(t, rig);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return async (query, headers = {}) => {
    const abort = new AbortController();
    t.after(() => abort.abort());
    const answer = await fetch(`http://127.0.0.1:${port}/api/events${query}`, {
      headers: { "x-role": "viewer", ...headers },
      signal: abort.signal,
    });
    assert.equal(answer.status, 200);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    let text = "";
    const more = async (): Promise<void> => {
      const { done, value } = await reader.read();
      assert.equal(done, false, `the stream ended after ${text}`);
      text += decoder.decode(value, { stream: true });
    };
    return {
      headers: answer.headers,
      more,
      until: async (name) => {
        for (;;) {
          const events = readEvents(text.slice(0, text.lastIndexOf("\n\n") + 2));
          if (events.some(({ event }) => event === name)) return events;
          await more();
        }
      },
      ended: async () => {
        while (!(await reader.read()).done);
      },
      leave: () => abort.abort(),
    };
  };
}

test("GET /api/events tells of a task that is made and finished, and of its alert", async (t) => {
  const rig = await rigWith(t, phase("a", { files: "/in/*.csv", retry: 0 }));
  const open = await listening(t, rig);
  const stream = await open("?events=tasks,alerts&type=a");
  assert.equal(stream.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(stream.headers.get("cache-control"), "no-store");
  await stream.until("ready");
  await deliver(rig, [rootTask(rig, { type: "b", result: "complete" })]);
  await report(rig, rootTask(rig, { type: "a" }), "error", { msg: "no" });
  const events = await stream.until("alerts");
  const tasks = events
    .filter(({ event }) => event === "tasks")
    .flatMap(({ data }) => (data as { tasks: object[] }).tasks);
  assert.partialDeepStrictEqual(tasks, [{ type: "a", state: "finished", result: "error", attempt: 0 }]);
  const alerts = events.find(({ event }) => event === "alerts");
  assert.partialDeepStrictEqual(alerts?.data, { alerts: [{ id: 1, type: "a", state: "open" }], more: false });

  stream.leave();
  const again = await open("?events=tasks", { "last-event-id": events.find(({ event }) => event === "ready")?.id });
  assert.deepEqual(
    (await again.until("tasks"))
      .flatMap(({ data }) => (data as { tasks?: { type: string }[] }).tasks ?? [])
      .map(({ type }) => type)
      .toSorted(),
    ["a", "b"],
  );
  const since = (await again.until("tasks")).at(-1)?.id ?? "";
  const third = await open(`?events=tasks&last_event_id=${since}0`);
  assert.deepEqual(
    (await third.until("reset")).map(({ event }) => event),
    ["reset"],
  );
});

test("GET /api/events refuses what it does not know, and answers a HEAD", async (t) => {
  const { get, app } = serveRig(t, await rigWith(t, phase("a", { cron: "0 5 * * *" })));
  for (const [query, pointer] of [
    ["events=tasks,cats", "/query/events/1"],
    ["kind=tasks", "/query/kind"],
    [`type=${"x".repeat(2000)}`, "/query/type"],
  ]) {
    const { status, body } = await get<Problem>(`/api/events?${query}`);
    assert.deepEqual([status, body.code, body.errors?.[0]?.pointer], [400, "invalid_request", pointer]);
  }
  const head = await app.inject({ method: "HEAD", url: "/api/events", headers: { "x-role": "viewer" } });
  assert.deepEqual([head.statusCode, head.headers["content-type"]], [200, "text/event-stream; charset=utf-8"]);
});

test("GET /api/events tells of workflows, pauses, files and notes of a running engine", async (t) => {
  const rig = await rigWith(t, phase("a", { files: "/in/*.csv" }));
  const open = await listening(t, rig);
  const stream = await open("?events=workflows,files,backfills");
  await stream.until("ready");
  await rig.write("other.toml", phase("b", { cron: "0 5 * * *" }));
  await rig.reload();
  const workflows = (await stream.until("workflows")).at(-1);
  assert.partialDeepStrictEqual(workflows?.data, { workflows: [{ name: "other.toml", present: true }] });
  await arrive(rig, "/in/1.csv");
  assert.equal(takeOne(rig).type, "a");
  const files = (await stream.until("files")).at(-1);
  assert.partialDeepStrictEqual(files?.data, { files: [{ path: "/in/1.csv", matched: 1, tasks: 1 }] });
});

test("GET /api/events tells of a backfill that begins, is paused and cancelled, with its slots", async (t) => {
  const rig = await rigWith(t, phase("a", { cron: "0 5 * * *" }));
  const open = await listening(t, rig);
  const stream = await open("?events=backfills");
  await stream.until("ready");
  const { post } = serveRig(t, rig);
  const request = { type: "a", from: "2026-01-01", to: "2026-01-03", total: 3 };
  assert.equal((await post("/api/backfills", request)).status, 200);
  const told = async (expected: Readonly<Record<string, unknown>>): Promise<void> => {
    for (;;) {
      const { data } = (await stream.until("backfills")).at(-1) ?? {};
      const [backfill = {}] = (data as { backfills: Readonly<Record<string, unknown>>[] }).backfills;
      if (Object.entries(expected).every(([key, value]) => backfill[key] === value)) return;
      await stream.more();
    }
  };
  await told({ id: 1, type: "a", job: "", workflow: "flow.toml", state: "running", active: 0 });
  await turns(new BackfillRunner(rig.context, 10), 2);
  await told({ state: "running", active: 3 });
  assert.equal((await post("/api/backfills/1/pause", { reason: "late" })).status, 200);
  await told({ state: "paused", active: 3 });
  assert.equal((await post("/api/backfills/1/cancel", { reason: "wrong" })).status, 200);
  await told({ state: "cancelled" });
});
