import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import {
  alertControl,
  SilenceEndedError,
  UnknownChannelError,
  type AlertControl,
  type AlertControlParts,
} from "../../../src/engine/alerts/alert-control.ts";
import { newAlert } from "../../../src/core/decide/new-alert.ts";
import type { Store } from "../../../src/store/store.ts";
import { openStore } from "../../../src/store/sqlite/open.ts";
import { scratchFolder } from "../../store/sqlite/scratch.ts";

const NOW = Date.UTC(2026, 2, 4, 12);
const ADA = { by: "ada", note: "on it" };
const ANYTHING = { alerts: [], types: [], jobs: [], workflows: [], severities: [], labels: {} };

const OPS = { name: "ops", kind: "slack", matcher: ANYTHING, minFrequency: 0, maxFrequency: 0, url: "https://secret" };

interface Desk {
  readonly store: Store;
  readonly control: AlertControl;
  /** How often it was notified of a change. */
  readonly changes: () => number;
}

async function desk(t: TestContext, sendOn: (store: Store) => ReturnType<AlertControlParts["sendOn"]>): Promise<Desk> {
  const store = await openStore({ path: `${scratchFolder()}/tasks.db`, now: () => NOW, newId: () => "id" });
  t.after(() => store.close());
  let changes = 0;
  let ids = 0;
  const control = alertControl({
    store,
    runtime: { now: () => NOW, newId: () => `delivery-${(ids += 1)}`, host: "here" },
    channels: () => [OPS],
    changed: () => (changes += 1),
    sendOn: () => sendOn(store),
  });
  return { store, control, changes: () => changes };
}

const never = (): Promise<boolean> => assert.fail("nothing is to be sent");

test("each change is committed before others are notified", async (t) => {
  const { store, control, changes } = await desk(t, never);
  await store.record({ alerts: [newAlert("incomplete", "late", { taskType: "load" })], decisions: [] }, NOW);
  assert.deepEqual(await control.acknowledge([1, 2], ADA), [1]);
  assert.deepEqual(await control.resolve([1], ADA), [1]);
  const history = await store.reads.alerts.one(1);
  assert.deepEqual(
    history?.changes.map(({ state, by }) => [state, by]),
    [
      ["acknowledged", "ada"],
      ["resolved", "ada"],
    ],
  );
  const silence = { alertId: null, matcher: ANYTHING, startsAt: null, endsAt: NOW + 1000, author: "ada", reason: "" };
  const id = await control.silence(silence);
  const [row] = await store.reads.alerts.silences({ limit: 1, before: null, includeEnded: false });
  assert.deepEqual([row?.id, row?.starts_at], [id, NOW]);
  assert.equal(await control.endSilence(id, "ada"), true);
  assert.equal(changes(), 4);
});

test("a silence that would end before it begins is refused", async (t) => {
  const { control } = await desk(t, never);
  const silence = { alertId: null, matcher: ANYTHING, author: "ada", reason: "" };
  for (const [startsAt, endsAt] of [
    [null, NOW],
    [NOW - 2000, NOW - 1000],
    [NOW + 2000, NOW + 1000],
  ] as const)
    await assert.rejects(control.silence({ ...silence, startsAt, endsAt }), SilenceEndedError);
});

test("a test waits until it is tried, and a stop ends the wait", async (t) => {
  let looks = 0;
  const { control } = await desk(t, async (store) => {
    looks += 1;
    if (looks < 3) return true;
    const [claimed] = await store.alerts.claimNotifications(NOW, new Set());
    if (claimed !== undefined) await store.alerts.notificationWaits(claimed, "away", NOW + 1000, true);
    return looks < 5;
  });
  assert.deepEqual(await control.test("ops", "ada"), { sent: false, answer: "away", tries_again: true });
  assert.equal(looks, 3);
  looks = 10;
  const stopped = await control.test("ops", "ada");
  assert.deepEqual([stopped.sent, stopped.tries_again], [false, true]);
  await assert.rejects(control.test("pager", "ada"), new UnknownChannelError("pager", ["ops"]));
});
