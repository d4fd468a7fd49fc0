import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ANY_ALERT } from "../../../src/core/alerts/alert-matcher.ts";
import { DatabaseOutage } from "../../../src/engine/alerts/database-outage.ts";
import type { Notification } from "../../../src/notify/notify.ts";
import type { StoreHealth } from "../../../src/store/store.ts";

const WELL: StoreHealth = { ok: true, reason: null, integrity: "checked" };
const BROKEN: StoreHealth = { ok: false, reason: "Database tasks.db is damaged", integrity: "broken" };
const LOCKED: StoreHealth = { ok: false, reason: "another program has it locked", integrity: "clean" };

interface Scene {
  health: StoreHealth;
  now: number;
  isRefused: boolean;
  readonly sent: string[];
  readonly problems: string[];
  readonly outage: DatabaseOutage;
}

function scene(): Scene {
  const sent: string[] = [];
  const problems: string[] = [];
  const channel = (name: string, severities: readonly "info"[] = [], sendResolved = true) => ({
    route: { name, matcher: { ...ANY_ALERT, severities }, minFrequency: 0, maxFrequency: 0, sendResolved },
    channel: {
      send: async ({ text, deliveryId, alerts }: Notification) => {
        if (state.isRefused) throw new Error("no network");
        assert.equal(alerts[0]?.type, "database_down");
        sent.push(`${name} ${deliveryId} ${text}`);
        return "";
      },
    },
  });
  const channels = [channel("ops"), channel("quiet", ["info"]), channel("mail", [], false)];
  const state: Scene = {
    health: WELL,
    now: 1000,
    isRefused: false,
    sent,
    problems,
    outage: new DatabaseOutage({
      channels: () => channels,
      health: () => state.health,
      now: () => state.now,
      onProblem: (name, error) => problems.push(`${name} ${error.message}`),
    }),
  };
  return state;
}

describe("a database that no alert can be stored in", () => {
  it("that is damaged is told at once, to the channels that want it, once", async () => {
    const at = scene();
    await at.outage.look();
    at.health = BROKEN;
    for (let look = 0; look < 3; look += 1) await at.outage.look();
    assert.deepEqual(at.sent, [
      "ops database_down-1000-open critical: database_down: Database tasks.db is damaged\n",
      "mail database_down-1000-open critical: database_down: Database tasks.db is damaged\n",
    ]);
  });

  it("that is locked is told after a minute, and its end to those who were told", async () => {
    const at = scene();
    at.health = LOCKED;
    await at.outage.look();
    at.now += 59_000;
    await at.outage.look();
    assert.deepEqual(at.sent, []);
    at.now += 1000;
    await at.outage.look();
    assert.equal(at.sent.length, 2);
    at.health = WELL;
    for (let look = 0; look < 2; look += 1) await at.outage.look();
    assert.deepEqual(at.sent.slice(2), [
      "ops database_down-1000-resolved resolved: database_down: the database works again\n",
    ]);
    at.now += 1000;
    at.health = BROKEN;
    await at.outage.look();
    assert.equal(at.sent.length, 5, "another outage");
  });

  it("is told again a minute after a channel could not be told", async () => {
    const at = scene();
    [at.health, at.isRefused] = [BROKEN, true];
    await at.outage.look();
    await at.outage.look();
    assert.deepEqual(at.problems, ["ops no network", "mail no network"]);
    at.isRefused = false;
    await at.outage.look();
    assert.equal(at.sent.length, 0);
    at.now += 60_000;
    await at.outage.look();
    assert.equal(at.sent.length, 2);
  });

  it("that was locked for a moment is told to nobody", async () => {
    const at = scene();
    at.health = LOCKED;
    await at.outage.look();
    at.health = WELL;
    at.now += 600_000;
    await at.outage.look();
    at.health = LOCKED;
    await at.outage.look();
    assert.deepEqual(at.sent, []);
  });
});
