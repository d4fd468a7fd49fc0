import assert from "node:assert/strict";
import { test } from "node:test";
import { SECOND } from "../../../src/contract/time/time-units.ts";
import { LagAlert } from "../../../src/engine/backup/lag-alert.ts";
import { phase, rigWith } from "../rig/drive.ts";

const TARGET = "gs://example/backups";

test("segments that are too far behind raise one alert, which ends when they have caught up, also after a restart", async (t) => {
  const { store, now } = await rigWith(t, phase("root"));
  const alerts = async () => {
    const { alerts: found } = await store.reads.alerts.list({
      state: null,
      severity: null,
      type: "backup_failed",
      taskType: null,
      job: null,
      workflow: null,
      since: null,
      until: null,
      before: null,
      limit: 10,
    });
    return found.map(({ state, count, message }) => ({ state, count, message }));
  };
  const made = () => new LagAlert({ store, target: TARGET, maxLag: 60 * SECOND });
  const alert = made();
  await alert.look(60 * SECOND, null, now);
  assert.deepEqual(await alerts(), []);
  await alert.look(61 * SECOND, "it answers 500", now);
  await alert.look(90 * SECOND, "it answers 500", now + 1000);
  const message = `what is stored in ${TARGET} is 61 seconds behind: it answers 500`;
  assert.deepEqual(await alerts(), [{ state: "open", count: 1, message }]);
  await alert.look(0, null, now + 2000);
  assert.deepEqual(
    (await alerts()).map(({ state }) => state),
    ["resolved"],
  );
  await alert.look(70 * SECOND, null, now + 3000);
  assert.deepEqual(
    (await alerts()).map(({ state }) => state),
    ["open", "resolved"],
  );
  await made().look(0, null, now + 4000);
  assert.deepEqual(
    (await alerts()).map(({ state }) => state),
    ["resolved", "resolved"],
  );
});
