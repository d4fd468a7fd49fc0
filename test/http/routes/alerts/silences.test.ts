import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import type { channelsAnswer } from "../../../../src/contract/api/alerts/channel-api.ts";
import type { notificationsAnswer } from "../../../../src/contract/api/alerts/notification-api.ts";
import type { previewSilenceAnswer, silencesAnswer } from "../../../../src/contract/api/alerts/silence-api.ts";
import type { Problem } from "../../../../src/contract/api/problem.ts";
import { HOUR } from "../../../../src/contract/time/time-units.ts";
import { ANY_ALERT } from "../../../../src/core/alerts/alert-matcher.ts";
import { newAlert } from "../../../../src/core/decide/new-alert.ts";
import { alertRig } from "../../../engine/alerts/alert-rig.ts";
import { phase, report, rigWith, rootTask } from "../../../engine/rig/drive.ts";
import type { Rig } from "../../../engine/rig/rig.ts";
import { serveRig } from "../../served-rig.ts";

type Silences = z.infer<typeof silencesAnswer>;
type Preview = z.infer<typeof previewSilenceAnswer>;
type Notifications = z.infer<typeof notificationsAnswer>;

const FLOW = phase("root", { cron: "@yearly" });
const OPS = { name: "ops", kind: "slack", matcher: ANY_ALERT, minFrequency: 300_000, maxFrequency: 4_800_000 };
const ENDS = { ends_at: "2026-11-24T14:00:00Z" };

async function raise(rig: Rig, ...about: readonly Parameters<typeof newAlert>[2][]): Promise<void> {
  await rig.store.record({ alerts: about.map((one) => newAlert("incomplete", "late", one)), decisions: [] }, rig.now);
}

test("a silence is listed with what it covers, until it ends", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get, post } = serveRig(t, rig);
  const alerts = alertRig(rig);
  await alerts.turn();
  await raise(rig, { taskType: "load" }, { taskType: "other" });
  assert.deepEqual((await post("/api/silences", { ...ENDS, matcher: { types: ["load"] }, reason: "disks" })).body, {
    id: 1,
  });
  assert.deepEqual((await post("/api/silences", { ...ENDS, alert_id: 2, starts_at: "2026-11-24T13:00:00Z" })).body, {
    id: 2,
  });
  await alerts.turn();
  const { body } = await get<Silences>("/api/silences");
  assert.deepEqual(
    body.silences.map(({ id, state, author, covers, covered }) => [id, state, author, covers, covered[0]?.id]),
    [
      [2, "planned", "ada", 0, undefined],
      [1, "in_force", "ada", 1, 1],
    ],
  );
  assert.deepEqual(body.pagination, { next_cursor: null, page: 1, total: 2, total_is: "exact" });
  const [newest] = (await get<Silences>("/api/silences?limit=1")).body.silences;
  assert.deepEqual([newest?.id, newest?.ends_at], [2, "2026-11-24T14:00:00.000Z"]);
  assert.deepEqual((await post("/api/silences/1/end", {})).body, { ended: true });
  assert.deepEqual((await post("/api/silences/1/end", {})).body, { ended: false });
  assert.equal((await post("/api/silences/2/end", {}, "viewer")).status, 403);
  rig.now += 3 * HOUR;
  await alerts.turn();
  assert.deepEqual((await get<Silences>("/api/silences")).body.silences, []);
  const all = (await get<Silences>("/api/silences?ended=true")).body.silences;
  assert.deepEqual(
    all.map(({ id, state, removed_by: by }) => [id, state, by]),
    [
      [2, "ended", ""],
      [1, "ended", "ada"],
    ],
  );
  const over = await post<Problem>("/api/silences", ENDS);
  assert.deepEqual([over.status, over.body.code], [422, "silence_over"]);
});

test("a preview counts the open alerts that a silence would cover, and changes nothing", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { get, post } = serveRig(t, rig);
  const preview = async (scope: object): Promise<Preview> =>
    (await post<Preview>("/api/silences/preview", scope, "viewer")).body;
  await report(rig, rootTask(rig, { meta: "workflow=flow.toml&cron=2026-11-24T00&team=eu" }), "error");
  for (let group = 0; group < 3; group++)
    await raise(
      rig,
      ...Array.from({ length: 400 }, (_, n) => ({ taskType: n % 2 ? "load" : "save", job: `${group}-${n}` })),
    );
  await post("/api/alerts/actions", { action: "acknowledge", ids: [3] });
  const load = await preview({ matcher: { types: ["lo*"] } });
  assert.deepEqual([load.total, load.total_is, load.alerts.length, load.alerts[0]?.id], [599, "exact", 20, 1201]);
  assert.equal((await preview({})).total, 1200);
  assert.deepEqual([load.open, load.covered.length, load.covered[0]?.alerts, load.others.length], [1200, 50, 1, 50]);
  assert.deepEqual(
    (await preview({ matcher: { labels: { team: "e*" } } })).alerts.map(({ id }) => id),
    [1],
  );
  assert.equal((await preview({ matcher: { severities: ["info"] } })).total, 0);
  assert.deepEqual([(await preview({ alert_id: 2 })).total, (await preview({ alert_id: 3 })).total], [1, 0]);
  assert.equal((await preview({ alert_id: 9999 })).total, 0);
  assert.deepEqual((await get<Silences>("/api/silences")).body.silences, []);
  assert.equal((await post("/api/silences/preview", { matcher: { colors: [] } })).status, 400);
});

test("a preview counts the messages that the silence would have held back", async (t) => {
  const rig = await rigWith(t, FLOW);
  const { post } = serveRig(t, rig);
  const alerts = alertRig(rig);
  await alerts.turn();
  for (const about of [
    [{ taskType: "old" }],
    [{ taskType: "load" }],
    [{ taskType: "load", job: "a" }, { taskType: "save" }],
  ]) {
    rig.now += HOUR;
    await raise(rig, ...about);
    await alerts.turn();
  }
  assert.equal(alerts.received.length, 3);
  const since = new Date(rig.now - 90 * 60_000).toISOString();
  const messages = async (matcher: object): Promise<Preview["messages"]> =>
    (await post<Preview>("/api/silences/preview", { matcher, since }, "viewer")).body.messages;
  assert.deepEqual(await messages({ types: ["load"] }), { sent: 2, held_back: 1 });
  assert.deepEqual(await messages({ types: ["*a*"] }), { sent: 2, held_back: 2 });
  assert.deepEqual(await messages({ types: ["old"] }), { sent: 2, held_back: 0 });
});

test("channels are listed without secrets, with the state they are in; notifications page by page", async (t) => {
  const rig = await rigWith(t, FLOW);
  const url = "https://hooks.example/secret";
  const { get, post } = serveRig(t, rig, { channels: [Object.assign({ url }, OPS), { ...OPS, name: "new" }] });
  const alerts = alertRig(rig);
  await alerts.turn();
  for (let n = 0; n < 3; n++) {
    rig.now += HOUR;
    await raise(rig, { taskType: `t${n}` });
    await alerts.turn();
  }
  const { channels } = (await get<z.infer<typeof channelsAnswer>>("/api/channels")).body;
  assert.deepEqual(
    channels.map(({ name, kind, min_frequency_ms: least, unfinished }) => [name, kind, least, unfinished]),
    [
      ["ops", "slack", 300_000, false],
      ["new", "slack", 300_000, false],
    ],
  );
  assert.match(channels[0]?.next_at ?? "", /^2026-11-24T/);
  assert.deepEqual([channels[1]?.next_at, channels[1]?.interval_ms], [null, null]);
  assert.doesNotMatch(JSON.stringify(channels), /secret/);

  const first = (await get<Notifications>("/api/notifications?limit=2&channel=ops")).body;
  assert.deepEqual(
    first.notifications.map(({ state, alert_ids: ids }) => [state, ids]),
    [
      ["sent", [3]],
      ["sent", [2]],
    ],
  );
  const cursor = first.pagination.next_cursor;
  const second = (await get<Notifications>(`/api/notifications?limit=2&channel=ops&cursor=${cursor}`)).body;
  assert.deepEqual(
    second.notifications.map(({ alert_ids: ids }) => ids),
    [[1]],
  );
  assert.deepEqual(second.pagination, { next_cursor: null, page: 2, total: 3, total_is: "exact" });
  assert.deepEqual((await get<Notifications>("/api/notifications?channel=new")).body.notifications, []);

  const unknown = await post<Problem>("/api/channels/nobody/test", {});
  assert.deepEqual([unknown.status, unknown.body.code], [404, "unknown_channel"]);
  assert.match(unknown.body.detail, /the configured ones are ops, new/);
  assert.equal((await post("/api/channels/ops/test", {}, "viewer")).status, 403);
});
