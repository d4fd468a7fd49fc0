import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { NotifyError } from "../../src/notify/notify.ts";
import { createPagerdutyChannel } from "../../src/notify/pagerduty.ts";
import { testChannel } from "./contract.ts";
import { httpReceiver, type HttpReceiver } from "./http-receiver.ts";
import { alert, AT, notification } from "./notifications.ts";

const NEVER = new AbortController().signal;
const KEY = "0123456789abcdef0123456789abcdef";

interface Event {
  readonly routing_key: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload: {
    readonly summary: string;
    readonly severity: string;
    readonly source: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

function open(t: TestContext): Promise<HttpReceiver> {
  const options = { name: "pager", routingKey: KEY, source: "etl-1.example.com", now: () => AT };
  return httpReceiver(
    t,
    (url, timeoutMs) => createPagerdutyChannel({ ...options, url, ...(timeoutMs ? { timeoutMs } : {}) }),
    ({ body }) => {
      const { payload } = JSON.parse(body) as Event;
      return { id: String(payload.custom_details["notification"]), text: payload.summary };
    },
    [KEY],
  );
}

function eventsOf({ requests }: HttpReceiver): readonly Event[] {
  return requests.map(({ body }) => JSON.parse(body) as Event);
}

function briefs(receiver: HttpReceiver): readonly string[] {
  return eventsOf(receiver).map((event) => `${event.event_action} ${event.dedup_key}`);
}

testChannel("pagerduty", open, false);

test("each alert is an event of its own, with the alert's id as the key of its incident", async (t) => {
  const receiver = await open(t);
  const over = { state: "resolved", resolved_at: AT, resolved_by: "ada", resolved_note: "moved the disks" } as const;
  const alerts = [
    alert(),
    alert({ id: 8, severity: "critical", task_type: "", job: "", type: "bus_down", message: "nsq\n is away" }),
    alert({ id: 9, severity: "info", ...over, new_count: 0 }),
    alert({ id: 10, ...over, recovered: true }),
  ];
  assert.match(await receiver.channel().send(notification({ alerts }), NEVER), /^200/);
  assert.deepEqual(briefs(receiver), ["trigger 7", "trigger 8", "resolve 9", "resolve 10"]);
  const [first, second, third] = eventsOf(receiver);
  assert.deepEqual(first, {
    routing_key: KEY,
    client: "Flowlord",
    event_action: "trigger",
    dedup_key: "7",
    payload: {
      source: "etl-1.example.com",
      summary: "load:eu: retry_exhausted: no <rows> & no luck",
      severity: "warning",
      timestamp: "2026-03-04T12:30:05.250Z",
      component: "load:eu",
      group: "etl.toml",
      class: "retry_exhausted",
      custom_details: {
        alert: 7,
        message: "no <rows> & no luck",
        count: 3,
        open: 2,
        record: 11,
        task_time: "2026-03-04T01:00:00+01:00",
        first_seen: "2026-03-04T12:29:05.250Z",
        last_seen: "2026-03-04T12:30:05.250Z",
        notification: notification().deliveryId,
      },
    },
  });
  assert.deepEqual([second?.payload.summary, second?.payload.severity], ["bus_down: nsq is away", "critical"]);
  const { resolved_by: by, resolved_note: note } = third?.payload.custom_details ?? {};
  assert.deepEqual([third?.payload.severity, by, note], ["info", "ada", "moved the disks"]);
});

test("a limit of the rate is waited for as long as it says, and what was accepted is not sent again", async (t) => {
  const receiver = await open(t);
  const channel = receiver.channel();
  const alerts = [alert({ id: 1 }), alert({ id: 2 }), alert({ id: 3 })];
  receiver.answer = (response) => {
    if (receiver.requests.length === 2) response.writeHead(429, { "retry-after": "17" }).end();
    else response.writeHead(202).end();
  };
  const error: unknown = await channel.send(notification({ alerts }), NEVER).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof NotifyError, String(error));
  assert.deepEqual([error.code, error.retryable, error.retryAfter], ["rate_limited", true, 17_000]);
  await channel.send(notification({ alerts }), NEVER);
  assert.deepEqual(briefs(receiver), ["trigger 1", "trigger 2", "trigger 2", "trigger 3"]);
});

test("an event that is refused for good is told, and the others are sent", async (t) => {
  const receiver = await open(t);
  receiver.answer = (response) =>
    void response.writeHead(receiver.requests.length === 1 ? 400 : 202).end(`invalid event of ${KEY}`);
  const alerts = [alert({ id: 1 }), alert({ id: 2 })];
  const said: string[] = [];
  await receiver.channel().send(notification({ alerts }), NEVER, (whom) => said.push(whom));
  assert.deepEqual(briefs(receiver), ["trigger 1", "trigger 2"]);
  assert.match(said.join(), /^127\.0\.0\.1:\d+ answered 400: invalid event of …\. \(1 events: retry_exhausted 1\)$/);
});

test("a key that PagerDuty does not know is refused for good", async (t) => {
  const receiver = await open(t);
  receiver.answer = (response) => void response.writeHead(400).end("Invalid routing key");
  const error: unknown = await receiver
    .channel()
    .send(notification({ alerts: [alert(), alert({ id: 8 })] }), NEVER)
    .catch((thrown: unknown) => thrown);
  assert.ok(error instanceof NotifyError && !error.retryable, String(error));
  assert.match(error.message, /answered 400: Invalid routing key/);
});

test("a test opens an incident and closes it", async (t) => {
  const receiver = await open(t);
  await receiver.channel().send(notification({ kind: "test", alerts: [], text: "Test of channel pager.\n" }), NEVER);
  const { deliveryId } = notification();
  assert.deepEqual(briefs(receiver), [`trigger ${deliveryId}`, `resolve ${deliveryId}`]);
  assert.deepEqual(
    eventsOf(receiver).map(({ payload }) => [payload.summary, payload.severity]),
    Array.from({ length: 2 }, () => ["Test of channel pager.", "info"]),
  );
});

test("long texts are cut, and alerts that are left out counted", async (t) => {
  const receiver = await open(t);
  const sent = { ...notification({ alerts: [alert({ message: "m".repeat(1_000_000) })] }), alertCount: 5 };
  await receiver.channel().send(sent, NEVER);
  const [{ body } = assert.fail()] = receiver.requests;
  const [event] = eventsOf(receiver);
  assert.ok(body.length < 10_000);
  assert.equal(event?.payload.summary.length, 1024);
  assert.equal(event?.payload.custom_details["alerts_left_out"], 4);
});
