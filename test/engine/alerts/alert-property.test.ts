import assert from "node:assert/strict";
import { it } from "node:test";
import { HOUR, MINUTE } from "../../../src/contract/time/time-units.ts";
import { ANY_ALERT } from "../../../src/core/alerts/alert-matcher.ts";
import { newAlert } from "../../../src/core/decide/new-alert.ts";
import { NotifyError } from "../../../src/notify/notify.ts";
import type { AlertStore } from "../../../src/store/alert-store.ts";
import type { Store } from "../../../src/store/store.ts";
import { alertRig, type AlertRig, type RouteInput } from "./alert-rig.ts";
import { openRig, type Rig } from "../rig/rig.ts";
import { fc, tries } from "../../support/seed.ts";

const CAUSES = 4;
const ROUTES: readonly RouteInput[] = [
  { name: "all", minFrequency: 5 * MINUTE, maxFrequency: 80 * MINUTE },
  { name: "some", minFrequency: MINUTE, maxFrequency: HOUR, matcher: { ...ANY_ALERT, types: ["task-0", "task-1"] } },
];

type Step =
  | { readonly kind: "raise"; readonly cause: number; readonly times: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "mood"; readonly channel: number; readonly mood: "well" | "away" | "refusing" }
  | { readonly kind: "ack" | "resolve"; readonly cause: number }
  | { readonly kind: "silence"; readonly cause: number; readonly ms: number }
  | { readonly kind: "unsilence" }
  /** The process ends at this call of the store, before it or before its answer, and restarts. */
  | { readonly kind: "kill"; readonly call: number; readonly isDone: boolean };

const cause = fc.nat(CAUSES - 1);
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("raise" as const), cause, times: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 3 * HOUR })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("mood" as const),
      channel: fc.nat(1),
      mood: fc.constantFrom("well" as const, "away" as const, "refusing" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("ack" as const, "resolve" as const), cause }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("silence" as const), cause, ms: fc.integer({ min: 1, max: 5 * HOUR }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unsilence" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("kill" as const), call: fc.nat(30), isDone: fc.boolean() }),
  },
);

class Killed extends Error {}

/** The store of a process that may end at any call; later calls have no effect. */
class Mortal {
  #left = Infinity;
  #isDone = false;
  readonly #rig: Rig;

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  endAt(call: number, isDone: boolean): void {
    this.#left = call;
    this.#isDone = isDone;
  }

  born(): void {
    this.#left = Infinity;
  }

  get isDead(): boolean {
    return this.#left < 0;
  }

  get store(): Store {
    return new Proxy(this.#rig.store, {
      get: (target, key: keyof Store) => {
        const value = target[key];
        return key === "alerts"
          ? this.#guarded(target.alerts)
          : typeof value === "function"
            ? value.bind(target)
            : value;
      },
    });
  }

  #guarded(alerts: AlertStore): AlertStore {
    return new Proxy(alerts, {
      get: (target, key: keyof AlertStore) => {
        const method = target[key].bind(target) as (...input: unknown[]) => Promise<unknown>;
        return async (...input: unknown[]) => {
          if (this.isDead) throw new Killed();
          this.#left -= 1;
          if (!this.isDead) return await method(...input);
          if (this.#isDone) await method(...input);
          throw new Killed();
        };
      },
    });
  }
}

async function act(step: Step, rig: Rig, mortal: Mortal, alerts: AlertRig, moods: Map<string, string>): Promise<void> {
  const { alerts: desk } = rig.store;
  const ofCause = (index: number): number[] =>
    rig.stored
      .alerts()
      .filter((alert) => alert.task_type === `task-${index}` && alert.state !== "resolved")
      .map(({ id }) => id);
  switch (step.kind) {
    case "raise":
      for (let time = 0; time < step.times; time++) {
        // Every second cause is notified at once.
        const about = { taskType: `task-${step.cause}`, atOnce: step.cause % 2 === 1 };
        await rig.store.record({ alerts: [newAlert("retry_exhausted", "boom", about)], decisions: [] }, rig.now);
      }
      break;
    case "pass":
      rig.now += step.ms;
      break;
    case "mood":
      moods.set(ROUTES[step.channel]?.name ?? "", step.mood);
      break;
    case "ack":
      await desk.acknowledge(ofCause(step.cause), { by: "ada", note: "" }, rig.now);
      break;
    case "resolve":
      await desk.resolve(ofCause(step.cause), { by: "ada", note: "" }, rig.now);
      break;
    case "silence": {
      const matcher = { ...ANY_ALERT, types: [`task-${step.cause}`] };
      const span = { startsAt: rig.now, endsAt: rig.now + step.ms };
      await desk.addSilence({ alertId: null, matcher, ...span, author: "ada", reason: "" }, rig.now);
      break;
    }
    case "unsilence":
      for (const { id } of rig.stored.silences()) await desk.removeSilence(id, "ada", rig.now);
      break;
    case "kill":
      mortal.endAt(step.call, step.isDone);
      return;
  }
  try {
    await alerts.turn();
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  if (!mortal.isDead) return;
  await rig.reopen();
  mortal.born();
  alerts.restart();
}

/** Days without failures and silences: all pending notifications are sent. */
async function settle(rig: Rig, mortal: Mortal, alerts: AlertRig, moods: Map<string, string>): Promise<void> {
  moods.clear();
  mortal.born();
  for (const { id } of rig.stored.silences()) await rig.store.alerts.removeSilence(id, "ada", rig.now);
  for (let hour = 0; hour < 6; hour++) {
    await alerts.turn();
    rig.now += 2 * HOUR;
  }
}

/** Occurrences of an alert in all notifications that a channel accepted. */
function toldOf(alerts: AlertRig, channel: string, id: number): number {
  const taken = new Map<string, number>();
  const texts = new Map<string, string>();
  for (const one of alerts.received) {
    if (one.channel !== channel) continue;
    assert.equal(one.text, texts.get(one.deliveryId) ?? one.text, "the same id says the same");
    texts.set(one.deliveryId, one.text);
    taken.set(one.deliveryId, one.alerts.find((afterChange) => afterChange.id === id)?.new_count ?? 0);
  }
  return [...taken.values()].reduce((sum, count) => sum + count, 0);
}

/** In how many notifications that the channel accepted the alert is resolved; fails when it is in one before it was told as open. */
function endsOf(alerts: AlertRig, channel: string, id: number): number {
  const ends = new Set<string>();
  let wasTold = false;
  for (const one of alerts.received.filter((received) => received.channel === channel)) {
    const alert = one.alerts.find((candidate) => candidate.id === id);
    if (alert?.state === "open") wasTold = true;
    if (alert?.state !== "resolved") continue;
    assert.ok(wasTold, `alert ${id} ends in ${channel} before it was told`);
    ends.add(one.deliveryId);
  }
  return ends.size;
}

function check(rig: Rig, alerts: AlertRig): void {
  const { stored } = rig;
  const [found, occurrences, changes] = [stored.alerts(), stored.occurrences(), stored.alertChanges()];
  for (const { id, task_type: type, state, count } of found.filter((alert) => alert.type === "retry_exhausted")) {
    const reopened = occurrences.filter((one) => one.alert_id === id && one.reopened === 1).length;
    const isChanged = changes.some((change) => change.alert_id === id);
    for (const { name, matcher } of ROUTES) {
      const afterChange = toldOf(alerts, name, id);
      const what = `${type} (alert ${id}) to ${name}`;
      if (matcher !== undefined && !matcher.types.includes(type)) assert.equal(afterChange, 0, what);
      // No person and no silence touched it: each occurrence is notified once.
      else if (!isChanged) assert.equal(afterChange, count, what);
      // A silence that suppressed nothing adds one, because the alert opens again.
      else
        assert.ok(
          afterChange <= count + reopened,
          `${what}: ${afterChange} of ${count}, opened again ${reopened} times`,
        );
      const states = changes.filter((change) => change.alert_id === id).map((change) => change.state);
      const isToldOfEnd = state === "resolved" && afterChange > 0 && states.at(-2) !== "silenced";
      assert.equal(endsOf(alerts, name, id), isToldOfEnd ? 1 : 0, `${what}: ${state} after ${states.join()}`);
      const isMine = matcher === undefined || matcher.types.includes(type);
      if (isMine && state === "open") assert.ok(afterChange > 0, `${what}: it is open, and was told`);
    }
  }
  const left = stored.notifications().filter(({ state }) => state === "waiting" || state === "sending");
  assert.deepEqual(left, [], "nothing waits");
  const lasting = new Set(found.filter(({ state }) => state !== "resolved").map(({ id }) => id));
  const ended = stored.notified().filter(({ alert_id: id }) => !lasting.has(id));
  assert.deepEqual(ended, [], "what is over and told is forgotten");
  const untold = stored.channels().flatMap((channel) =>
    found
      .filter(({ state }) => state === "open")
      .filter((alert) => alert.newest_id > (alert.at_once === 1 ? channel.immediate_cursor_id : channel.cursor_id))
      .map(({ id }) => `alert ${id} to ${channel.name}`),
  );
  assert.deepEqual(untold, [], "nothing is left to be told");
}

it("alerts, silences, failing channels and kills at any point: each channel is notified of each occurrence once, none is left out", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(stepArbitrary, { minLength: 3, maxLength: 40 }), async (steps) => {
      const rig = await openRig({ workflows: {} });
      const mortal = new Mortal(rig);
      const alerts = alertRig(rig, ROUTES, () => mortal.store);
      const moods = new Map<string, string>();
      alerts.onSend = (channel, { deliveryId }) => {
        // What it took before the process was killed is a repeat. Refused now, it would be told twice: nobody could know.
        if (alerts.received.some((one) => one.deliveryId === deliveryId)) return;
        const mood = moods.get(channel);
        if (mood === "away") throw new NotifyError("unreachable", "nobody there", true);
        if (mood === "refusing") throw new NotifyError("refused", "no such hook", false);
      };
      try {
        for (const step of steps) await act(step, rig, mortal, alerts, moods);
        await settle(rig, mortal, alerts, moods);
        check(rig, alerts);
      } finally {
        await rig.close();
      }
    }),
    tries(80),
  );
});
