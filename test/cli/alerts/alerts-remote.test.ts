import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import test, { type TestContext } from "node:test";
import { alertApp, TOKEN } from "../../http/alert-app.ts";
import { Place } from "../harness.ts";

const ME = userInfo().username;
const NO_FLAGS = { alerts: [], types: [], jobs: [], workflows: [], severities: [], labels: {} };

/** A folder beside whose database the HTTP side of an instance is found. */
async function running(t: TestContext): Promise<{ place: Place; asked: readonly unknown[][] }> {
  const { app, asked: requested } = alertApp(t);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const location = new Place(t, {
    "flowlord.toml": 'timezone = "UTC"\n',
    "tasks.db.instance": JSON.stringify({ pid: process.pid, url: `http://127.0.0.1:${port}`, token: TOKEN }),
  });
  return { place: location, asked: requested };
}

test("what changes alerts goes through the running instance, in the user's name", async (t) => {
  const { place: location, asked: requested } = await running(t);
  assert.deepEqual(await location.run(["alerts", "ack", "17", "--note", "on it"]), {
    code: 0,
    out: "1 alert acknowledged\n",
    err: "",
  });
  assert.equal((await location.run(["alerts", "resolve", "17", "400"])).code, 1);
  assert.deepEqual(await location.run(["channels", "test", "ops"]), { code: 0, out: "ops: sent: 200 ok\n", err: "" });
  assert.equal((await location.run(["silences", "end", "5"])).out, "silence 5 ended\n");
  assert.deepEqual(requested, [
    ["acknowledge", [17], { by: ME, note: "on it" }],
    ["resolve", [17, 400], { by: ME, note: "" }],
    ["test", "ops", ME],
    ["endSilence", 5, ME],
  ]);
});

test("a silence reaches the running instance as it was typed", async (t) => {
  const { place: location, asked: requested } = await running(t);
  const { now } = location;
  await location.run(["silences", "add", "--type", "load", "--label", "team=a=b", "--for", "90m", "--reason", "disks"]);
  await location.run(["silences", "add", "17", "--from", "2026-03-02", "--until", "2026-03-02T06"]);
  const day = Date.UTC(2026, 2, 2);
  assert.deepEqual(requested, [
    [
      "silence",
      {
        alertId: null,
        matcher: { ...NO_FLAGS, types: ["load"], labels: { team: "a=b" } },
        startsAt: null,
        endsAt: now + 90 * 60_000,
        author: ME,
        reason: "disks",
      },
    ],
    ["silence", { alertId: 17, matcher: NO_FLAGS, startsAt: day, endsAt: day + 6 * 3_600_000, author: ME, reason: "" }],
  ]);
});
