import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ChannelState } from "../../../src/core/alerts/alert-cadence.ts";
import { ANY_ALERT } from "../../../src/core/alerts/alert-matcher.ts";
import {
  notificationDecider,
  type PendingAlert,
  type ChannelStatus,
  type NoticeKind,
  type PlanContext,
} from "../../../src/core/alerts/plan-notifications.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const OPS = { name: "ops", matcher: ANY_ALERT, minFrequency: 2000, maxFrequency: 8000, sendResolved: true };
const NO_ENDS = { alerts: [], count: 0 };
const MAIL = { ...OPS, name: "mail", matcher: { ...ANY_ALERT, types: ["load"] } };

function decider(input: Partial<PlanContext> = {}) {
  let ids = 0;
  const newId = (): string => `delivery-${(ids += 1)}`;
  return notificationDecider({
    routes: [OPS, MAIL],
    now: NOW,
    newId,
    instance: "host:8080",
    zone: "UTC",
    isStart: false,
    ...input,
  });
}

function channel(
  name: string,
  input: Partial<ChannelState> = {},
  unfinished: readonly NoticeKind[] = [],
): ChannelStatus {
  const state = {
    name,
    cursorId: 5,
    intervalMs: 2000,
    nextAt: NOW,
    immediateCursorId: 6,
    immediateNextAt: NOW,
    ...input,
  };
  return { state, unfinished: new Set(unfinished) };
}

function pending(id: number, taskType = "fetch"): PendingAlert {
  const alert = { type: "incomplete", severity: "warning", job: "", workflow: "" } as const;
  const told = {
    ...alert,
    state: "open",
    resolved_at: null,
    id,
    task_type: taskType,
    task_time: null,
    message: "late",
  } as const;
  const seen = { count: 1, new_count: 1, first_seen: NOW, last_seen: NOW, open: 1, record_id: null, recovered: false };
  return { ...alert, taskType, labels: "", cause: "", notify: [], alert: { ...told, ...seen }, occurrences: [] };
}

describe("the plan of notifications", () => {
  it("loads the pending alerts of each channel and kind that is due and has nothing in flight", () => {
    const plan = decider();
    assert.deepEqual(plan.needs([channel("ops"), channel("mail")]), [
      { channel: "ops", kind: "at_once", afterId: 6 },
      { channel: "ops", kind: "summary", afterId: 5 },
      { channel: "mail", kind: "at_once", afterId: 6 },
      { channel: "mail", kind: "summary", afterId: 5 },
    ]);
    assert.deepEqual(plan.needs([channel("ops", {}, ["summary"]), channel("mail", {}, ["at_once", "summary"])]), [
      { channel: "ops", kind: "at_once", afterId: 6 },
    ]);
    assert.deepEqual(plan.needs([channel("ops", { nextAt: NOW + 1, immediateNextAt: NOW + 1 })]), []);
    const first = decider({ isStart: true }).needs([channel("ops", { nextAt: NOW + 1, immediateNextAt: NOW + 1 })]);
    assert.deepEqual(first, [{ channel: "ops", kind: "summary", afterId: 5 }]);
  });

  it("notifies each channel of its alerts, up to the newest occurrence, and doubles its interval", () => {
    const channels = [channel("ops"), channel("mail")];
    const plan = decider();
    const summaries = plan.needs(channels).filter(({ kind }) => kind === "summary");
    const found = summaries.map((need) => ({
      need,
      pending: [pending(1), pending(2)],
      untilId: null,
      resolved: NO_ENDS,
    }));
    const { decided, nextAt } = plan.decide(channels, found, 9);
    assert.deepEqual(
      decided.map(({ state, notification }) => [
        state.name,
        state.cursorId,
        state.nextAt,
        notification?.deliveryId ?? null,
        notification?.alerts.map(({ id }) => id) ?? [],
      ]),
      [
        ["ops", 9, NOW + 4000, "delivery-1", [1, 2]],
        ["mail", 9, NOW + 2000, null, []],
      ],
    );
    const [told] = decided;
    assert.deepEqual([told?.notification?.afterId, told?.notification?.untilId], [5, 9]);
    // A notification in flight wakes the planner when it ends; the other channel is planned on its own.
    assert.equal(nextAt, NOW + 2000);
  });

  it("covers only what was read when more alerts are pending than one notification takes", () => {
    const channels = [channel("ops")];
    const need = { channel: "ops", kind: "summary", afterId: 5 } as const;
    const { decided } = decider().decide(channels, [{ need, pending: [pending(1)], untilId: 7, resolved: NO_ENDS }], 9);
    assert.deepEqual([decided[0]?.state.cursorId, decided[0]?.notification?.untilId], [7, 7]);
  });

  it("notifies of what is over without new alerts, at once too, and the interval does not grow by it", () => {
    const { alert } = pending(4);
    const end = { state: "resolved", resolved_at: NOW, resolved_by: "flowlord", resolved_note: "it came" } as const;
    const resolved = { alerts: [{ ...alert, ...end }], count: 1 };
    const plan = decider();
    const found = plan.needs([channel("ops")]).map((need) => ({ need, pending: [], untilId: null, resolved }));
    const { decided } = plan.decide([channel("ops")], found, 9);
    assert.deepEqual(
      decided.map(({ notification, state }) => [notification?.kind, notification?.text, state.intervalMs]),
      ["at_once", "summary"].map((kind) => [
        kind,
        "resolved: fetch, incomplete (alert 4) since 2026-03-01 12:00; it came\n",
        2000,
      ]),
    );
  });

  it("plans the rest at once, without a longer interval, where a channel has a limit", () => {
    const plan = decider({ routes: [{ ...OPS, maxAlerts: 2 }] });
    const [need] = plan.needs([channel("ops", { immediateNextAt: NOW + 1 })]);
    assert.deepEqual(need, { channel: "ops", kind: "summary", afterId: 5, limit: 2 });
    const found = [{ need, pending: [pending(1), pending(2)], untilId: 7, resolved: NO_ENDS }];
    const [one] = plan.decide([channel("ops")], found, 9).decided;
    assert.deepEqual([one?.state.cursorId, one?.state.nextAt, one?.state.intervalMs], [7, NOW, 2000]);
  });

  it("leaves a channel unchanged without immediate alerts, and combines both kinds in one state", () => {
    const channels = [channel("ops")];
    const plan = decider();
    const [once, summary] = plan.needs(channels);
    assert.ok(once !== undefined && summary !== undefined);
    const none = plan.decide(channels, [{ need: once, pending: [], untilId: null, resolved: NO_ENDS }], 9);
    assert.deepEqual(none, { decided: [], nextAt: NOW });
    const found = [once, summary].map((need) => ({ need, pending: [pending(3)], untilId: null, resolved: NO_ENDS }));
    const { decided, nextAt } = plan.decide(channels, found, 9);
    assert.deepEqual(
      decided.map(({ state: { immediateCursorId, cursorId } }) => [immediateCursorId, cursorId]),
      [
        [9, 5],
        [9, 9],
      ],
    );
    assert.equal(nextAt, null);
  });

  it("does not notify a channel that is not configured any more", () => {
    const need = { channel: "gone", kind: "summary", afterId: 5 } as const;
    const [one] = decider().decide(
      [channel("gone")],
      [{ need, pending: [pending(1)], untilId: null, resolved: NO_ENDS }],
      9,
    ).decided;
    assert.deepEqual([one?.state.cursorId, one?.notification], [5, null]);
  });
});
