import assert from "node:assert/strict";
import test from "node:test";
import { WatchAlerts } from "../../../src/engine/alerts/watch-alerts.ts";
import { ALL_ALERTS } from "../../../src/store/alert-store.ts";
import { rigWith } from "../rig/drive.ts";

test("a watched bucket that is away is one alert, over restarts, and ends with the outage or the watch", async (t) => {
  const rig = await rigWith(t, "");
  const now = (): number => rig.now;
  const alerts = async (): Promise<readonly string[]> => {
    const { alerts: found } = await rig.store.reads.alerts.list({
      ...ALL_ALERTS,
      type: "watch_down",
      limit: 100,
      before: null,
    });
    return found.map(({ cause, state, count }) => `${cause} ${state} ${count}`).toSorted();
  };
  const first = new WatchAlerts(rig.store, now);
  await first.up("gs://b/in/**");
  assert.deepEqual(await alerts(), []);
  await first.down("gs://b/in/**", "gs://b/in", "it says no");
  await first.down("gs://b/in/*", "gs://b/in", "it says no");
  assert.deepEqual(await alerts(), ["gs://b/in/* open 1", "gs://b/in/** open 1"]);
  const second = new WatchAlerts(rig.store, now);
  await second.keepOnly(["gs://b/in/**"]);
  await second.down("gs://b/in/**", "gs://b/in", "it says no again");
  assert.deepEqual(await alerts(), ["gs://b/in/* resolved 1", "gs://b/in/** open 1"]);
  await second.up("gs://b/in/**");
  assert.deepEqual(await alerts(), ["gs://b/in/* resolved 1", "gs://b/in/** resolved 1"]);
  await second.down("gs://b/in/**", "gs://b/in", "it says no");
  assert.deepEqual(await alerts(), ["gs://b/in/* resolved 1", "gs://b/in/** open 1", "gs://b/in/** resolved 1"]);
});
