import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { webhookBody } from "../../src/contract/api/alert-webhook.ts";
import { retryAfterOf } from "../../src/notify/http-target.ts";
import { NotifyError, type Notification } from "../../src/notify/notify.ts";
import { signatureHeaders } from "../../src/notify/webhook-signature.ts";
import { createWebhookChannel } from "../../src/notify/webhook.ts";
import { makeCertificates } from "../bus/nsq/certificates.ts";
import { testChannel } from "./contract.ts";
import { httpReceiver, type HttpReceiver } from "./http-receiver.ts";
import { alert, AT, notification } from "./notifications.ts";

const NEVER = new AbortController().signal;
const SECRET = "a secret of some length";

function open(t: TestContext, secret = SECRET): Promise<HttpReceiver> {
  return httpReceiver(
    t,
    (url, timeoutMs) =>
      createWebhookChannel({ name: "hook", url, secret, now: () => AT, ...(timeoutMs ? { timeoutMs } : {}) }),
    ({ body }) => {
      const { id, text } = webhookBody.parse(JSON.parse(body));
      return { id, text };
    },
    secret === "" ? [] : [secret],
  );
}

testChannel("webhook", open);

async function refused(receiver: HttpReceiver, sent: Notification = notification()): Promise<NotifyError> {
  const error: unknown = await receiver
    .channel()
    .send(sent, NEVER)
    .catch((error: unknown) => error);
  assert.ok(error instanceof NotifyError);
  return error;
}

test("the body says everything of each alert, in the schema of the contract", async (t) => {
  const receiver = await open(t);
  const alerts = [alert(), alert({ id: 8, task_time: null, workflow: "", job: "" })];
  await receiver.channel().send(notification({ alerts }), NEVER);
  const body = webhookBody.strict().parse(JSON.parse(receiver.requests[0]?.body ?? ""));
  assert.equal(body.at, "2026-03-04T12:30:05.250Z");
  assert.equal(body.kind, "summary");
  assert.deepEqual(body.alerts[0], {
    id: 7,
    type: "retry_exhausted",
    severity: "warning",
    task_type: "load",
    job: "eu",
    task_time: "2026-03-04T01:00:00+01:00",
    task_zone: "Europe/Berlin",
    workflow: "etl.toml",
    message: "no <rows> & no luck",
    count: 3,
    new_count: 2,
    first_seen: "2026-03-04T12:29:05.250Z",
    last_seen: "2026-03-04T12:30:05.250Z",
    open: 2,
    record_id: 11,
    recovered: false,
  });
  assert.equal(body.alerts[1]?.task_time, null);
});

test("more alerts than fit are counted, and long messages cut", async (t) => {
  const receiver = await open(t);
  const alerts = Array.from({ length: 5000 }, (_, id) => alert({ id, message: "m".repeat(50_000) }));
  await receiver.channel().send(notification({ alerts }), NEVER);
  const [{ body } = { body: "" }] = receiver.requests;
  const { alerts: sent, alerts_left_out: leftOut } = webhookBody.parse(JSON.parse(body));
  assert.equal(sent.length + leftOut, 5000);
  assert.ok(body.length < 1_000_000);
});

test("the signature covers id, moment and body; each sending has its own moment", async (t) => {
  const receiver = await open(t);
  await receiver.channel().send(notification(), NEVER);
  const [{ headers, body } = assert.fail()] = receiver.requests;
  assert.equal(headers["webhook-timestamp"], String(Math.floor(AT / 1000)));
  const signed = `${String(headers["webhook-id"])}.${headers["webhook-timestamp"]}.${body}`;
  const mac = createHmac("sha256", SECRET).update(signed).digest("base64");
  assert.equal(headers["webhook-signature"], `v1,${mac}`);
});

test("the example of the standard for webhooks is met, whose secrets are in base64", () => {
  const headers = signatureHeaders(
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1_614_265_330_000,
    '{"test": 2432232314}',
  );
  assert.equal(headers["webhook-signature"], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("without a secret nothing is signed", async (t) => {
  const receiver = await open(t, "");
  await receiver.channel().send(notification(), NEVER);
  const [{ headers } = assert.fail()] = receiver.requests;
  assert.equal(headers["webhook-signature"], undefined);
  assert.equal(headers["webhook-id"], notification().deliveryId);
});

test("a login in the URL goes into its header and is never seen", async (t) => {
  const receiver = await open(t);
  const url = receiver.url.replace("http://", "http://me:hidden%20word@");
  await createWebhookChannel({ name: "hook", url, secret: "", now: () => AT }).send(notification(), NEVER);
  const login = `Basic ${Buffer.from("me:hidden word").toString("base64")}`;
  assert.equal(receiver.requests[0]?.headers.authorization, login);
});

test("who asks for time is given it", async (t) => {
  const receiver = await open(t);
  receiver.answer = (response) => void response.writeHead(429, { "retry-after": "120" }).end("slow down");
  const { code, retryable, retryAfter, message } = await refused(receiver);
  assert.deepEqual([code, retryable, retryAfter], ["rate_limited", true, 120_000]);
  assert.match(message, /^127\.0\.0\.1:\d+ answered 429: slow down\.$/);
});

test("a time to wait is a number of seconds or a date, within a day", () => {
  assert.equal(retryAfterOf(null, AT), null);
  assert.equal(retryAfterOf("90", AT), 90_000);
  assert.equal(retryAfterOf(new Date(AT + 5000).toUTCString(), AT), 4750);
  assert.equal(retryAfterOf(new Date(AT - 5000).toUTCString(), AT), 0);
  assert.equal(retryAfterOf("999999999", AT), 86_400_000);
  assert.equal(retryAfterOf("soon", AT), null);
  assert.equal(retryAfterOf("-5", AT) ?? 0, 0);
});

for (const [status, retryable] of [
  [400, false],
  [404, false],
  [408, true],
  [410, false],
  [500, true],
  [502, true],
] as const) {
  test(`${status} is ${retryable ? "worth another try" : "the last word"}`, async (t) => {
    const receiver = await open(t);
    receiver.answer = (response) => void response.writeHead(status).end();
    assert.equal((await refused(receiver)).retryable, retryable);
  });
}

test("a redirect is not followed: it would carry the notification to somebody else", async (t) => {
  const receiver = await open(t);
  receiver.answer = (response) => void response.writeHead(307, { location: receiver.url }).end();
  const { code, retryable, message } = await refused(receiver);
  assert.deepEqual([code, retryable], ["redirected", false]);
  assert.match(message, /Redirects are not followed/);
  assert.equal(receiver.requests.length, 1);
});

test("an answer without end is cut, and one that breaks off after its 200 is still taken", async (t) => {
  const receiver = await open(t);
  receiver.answer = (response) => {
    response.writeHead(200);
    const more = (): void => void (response.destroyed || response.write("y".repeat(65_536), more));
    more();
  };
  const answer = await receiver.channel().send(notification(), NEVER);
  assert.ok(answer.length < 200);
  receiver.answer = (response) => {
    response.writeHead(200, { "content-length": "10" }).write("half", () => response.destroy());
  };
  assert.match(await receiver.channel().send(notification(), NEVER), /^200/);
});

test("a connection that closes without an answer may be tried again", async (t) => {
  const receiver = await open(t);
  receiver.answer = (response) => void response.destroy();
  const { code, retryable } = await refused(receiver);
  assert.deepEqual([code, retryable], ["unreachable", true]);
});

/** A server with a certificate of an authority that the system does not know. */
async function secureServer(t: TestContext): Promise<{ readonly url: string; readonly ca: string }> {
  const dir = await mkdtemp(join(tmpdir(), "flowlord-hook-"));
  t.after(() => rm(dir, { recursive: true }));
  const { ca, serverCert, serverKey } = await makeCertificates(dir);
  const options = { cert: await readFile(serverCert), key: await readFile(serverKey) };
  const server = createSecureServer(options, (_, response) => void response.end("taken"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hidden-key`, ca };
}

test("a certificate that is not trusted ends it; one of NODE_EXTRA_CA_CERTS is", async (t) => {
  const { url, ca } = await secureServer(t);
  const channel = createWebhookChannel({ name: "hook", url, secret: "", now: () => AT });
  const error: unknown = await channel.send(notification(), NEVER).catch((error: unknown) => error);
  assert.ok(error instanceof NotifyError);
  assert.equal(error.code, "certificate");
  assert.match(error.message, /^127\.0\.0\.1:\d+ has a certificate that is not trusted \(\w+\)\.$/);

  const script = `
    import { createWebhookChannel } from ${JSON.stringify(new URL("../../src/notify/webhook.ts", import.meta.url).href)};
    const channel = createWebhookChannel({ name: "hook", url: ${JSON.stringify(url)}, secret: "", now: () => 0 });
    const sent = { deliveryId: "a", kind: "test", text: "", at: 0, alerts: [] };
    process.stdout.write(await channel.send(sent, new AbortController().signal));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
  });
  assert.equal(stdout, "200 taken");
});
