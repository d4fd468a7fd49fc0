import assert from "node:assert/strict";
import { test } from "node:test";
import { emailText } from "../../src/notify/email-text.ts";
import { createEmailChannel, type EmailOptions } from "../../src/notify/email.ts";
import { NotifyError, PartlyDeliveredError } from "../../src/notify/notify.ts";
import { testChannel } from "./contract.ts";
import { mailReceiver, partsOf } from "./mail-receiver.ts";
import { alert, notification } from "./notifications.ts";

const NEVER = new AbortController().signal;

testChannel("email", mailReceiver);

async function refused(options: EmailOptions): Promise<NotifyError> {
  const channel = createEmailChannel(options);
  const error: unknown = await channel.send(notification(), NEVER).catch((error: unknown) => error);
  await channel.close();
  assert.ok(error instanceof NotifyError, String(error));
  return error;
}

test("a mail goes by TLS after a login to all recipients, in both forms", async (t) => {
  const receiver = await mailReceiver(t);
  await receiver.channel().send(notification(), NEVER);
  const [mail = assert.fail()] = receiver.mails;
  assert.deepEqual([mail.secure, mail.user, mail.from], [true, "flowlord", "flowlord@example.com"]);
  assert.deepEqual(mail.to, ["one@example.com", "two@example.com"]);
  assert.match(mail.source, /^Subject: \[prod\] Flowlord: retry exhausted of load:eu \(2 times\)\r$/m);
  assert.match(mail.source, /^Date: Wed, 04 Mar 2026 12:30:05 \+0000\r$/m);
  assert.match(mail.source, /^Auto-Submitted: auto-generated\r$/m);
  const { text, html } = partsOf(mail.source);
  assert.ok(text.includes("load:eu:      2  2026/03/04T01\n"));
  assert.match(html, /^<pre [^>]*>load:eu: [^<]*<\/pre>/);
});

test("TLS from the first byte works as well, and a server without TLS where the config says so", async (t) => {
  for (const how of [{ implicit: true }, { plain: true }] as const) {
    const receiver = await mailReceiver(t, how);
    assert.match(await receiver.channel().send(notification(), NEVER), /^250/);
    assert.equal(receiver.mails[0]?.secure, "implicit" in how);
  }
});

test("without TLS nothing is said to a server that was to have it", async (t) => {
  const receiver = await mailReceiver(t, { plain: true });
  const { code } = await refused({ ...receiver.options, tls: "starttls", login: { user: "a", password: "b" } });
  assert.equal(code, "no_tls");
  assert.equal(receiver.mails.length, 0);
});

test("a wrong password is refused for good, and not shown", async (t) => {
  const receiver = await mailReceiver(t);
  const password = "not the one";
  const { code, retryable, message } = await refused({ ...receiver.options, login: { user: "flowlord", password } });
  assert.deepEqual([code, retryable], ["login_refused", false]);
  assert.match(message, /^127\.0\.0\.1 refused the login: .*535/);
  assert.ok(!message.includes(password));
});

test("a certificate that is not trusted ends it before the login", async (t) => {
  const receiver = await mailReceiver(t);
  for (const caFile of [null, receiver.certificates.otherCa]) {
    const { code, message } = await refused({ ...receiver.options, caFile });
    assert.equal(code, "certificate", message);
    assert.match(message, /not trusted/);
  }
  const implicit = await mailReceiver(t, { implicit: true });
  assert.equal((await refused({ ...implicit.options, caFile: null })).code, "certificate");
});

test("a certificate for another host is not trusted", async (t) => {
  const receiver = await mailReceiver(t);
  assert.equal((await refused({ ...receiver.options, host: "localhost" })).code, "certificate");
});

test("a file of authorities that is not there is said", async (t) => {
  const receiver = await mailReceiver(t);
  const { code, message, retryable } = await refused({ ...receiver.options, caFile: "/nowhere/ca.pem" });
  assert.deepEqual([code, retryable], ["no_ca_file", false]);
  assert.match(message, /ca\.pem/);
});

test("one recipient of two that is refused is told; without any the mail is refused for good", async (t) => {
  const receiver = await mailReceiver(t);
  receiver.unknown.add("two@example.com");
  const answer = await receiver.channel().send(notification(), NEVER);
  assert.match(answer, /refused for .*two@example\.com/);
  assert.deepEqual(receiver.mails[0]?.to, ["one@example.com"]);
  receiver.unknown.add("one@example.com");
  const { code, retryable } = await refused(receiver.options);
  assert.deepEqual([code, retryable], ["recipients_refused", false]);
});

test("a recipient that is put off gets the mail at the next attempt, alone, and one refused for good is told", async (t) => {
  const receiver = await mailReceiver(t);
  const options = { ...receiver.options, to: ["one@example.com", "Two <two@example.com>", "three@example.com"] };
  const channel = createEmailChannel(options);
  t.after(() => channel.close());
  receiver.unknown.add("two@example.com");
  receiver.deferred.add("three@example.com");
  const said: string[] = [];
  const send = (): Promise<string> => channel.send(notification(), NEVER, (whom) => said.push(whom));
  await assert.rejects(send(), (error: unknown) => {
    assert.ok(error instanceof PartlyDeliveredError, String(error));
    assert.match(
      error.message,
      /not take the mail yet for three@example\.com \(450 .*for good for two@example\.com \(550/,
    );
    return error.retryable;
  });
  await assert.rejects(send(), PartlyDeliveredError);
  receiver.deferred.clear();
  assert.match(await send(), /^250.*refused for two@example\.com/);
  assert.deepEqual(
    receiver.mails.map(({ to }) => to),
    [["one@example.com"], ["three@example.com"]],
  );
  assert.equal(said.length, 1);
  assert.match(said[0] ?? "", /^two@example\.com \(550/);
  await send();
  assert.deepEqual(receiver.mails.at(-1)?.to, ["one@example.com", "three@example.com"]);
});

test("a mail that nobody has yet is tried again as a whole", async (t) => {
  const receiver = await mailReceiver(t);
  const channel = receiver.channel();
  t.after(() => channel.close());
  receiver.conduct = "fail";
  receiver.deferred.add("two@example.com");
  const error: unknown = await channel.send(notification(), NEVER).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof NotifyError && !(error instanceof PartlyDeliveredError) && error.retryable, String(error));
  receiver.conduct = "take";
  receiver.deferred.clear();
  await channel.send(notification(), NEVER);
  assert.deepEqual(receiver.mails.at(-1)?.to, ["one@example.com", "two@example.com"]);
});

test("texts of tasks cannot add headers or markup", async (t) => {
  const receiver = await mailReceiver(t);
  const evil = alert({ task_type: "a\r\nBcc: other@example.com", job: "", new_count: 1 });
  await receiver.channel().send(notification({ alerts: [evil], text: '<img src="x">&\n' }), NEVER);
  const [mail = assert.fail()] = receiver.mails;
  assert.doesNotMatch(mail.source, /^Bcc:/m);
  assert.deepEqual(mail.to, ["one@example.com", "two@example.com"]);
  assert.match(partsOf(mail.source).html, /&lt;img src=&quot;x&quot;&gt;&amp;/);
});

test("the subject says what it is about", () => {
  const subject = (fields: Parameters<typeof notification>[0]): string => emailText(notification(fields), "").subject;
  assert.equal(subject({ kind: "test", alerts: [] }), "Flowlord: test of this channel");
  assert.equal(subject({ alerts: [alert({ new_count: 1, job: "" })] }), "Flowlord: retry exhausted of load");
  assert.equal(subject({ alerts: [alert({ new_count: 1, task_type: "", job: "" })] }), "Flowlord: retry exhausted");
  assert.equal(subject({ alerts: [alert(), alert()] }), "Flowlord: 2 alerts");
  assert.equal(subject({ alerts: [alert(), alert({ severity: "critical" })] }), "Flowlord: 2 alerts, 1 critical");
  const over = alert({ state: "resolved", resolved_at: 1, new_count: 0 });
  assert.equal(subject({ alerts: [over] }), "Flowlord: resolved: retry exhausted of load:eu");
  assert.equal(subject({ alerts: [over, over] }), "Flowlord: 2 resolved");
  assert.equal(
    subject({ alerts: [alert({ severity: "critical" }), over] }),
    "Flowlord: 1 alert, 1 critical, 1 resolved",
  );
  const cut = { ...notification({ alerts: [alert()] }), alertCount: 5000, criticalCount: 300, resolvedCount: 4000 };
  assert.equal(emailText(cut, "prod").subject, "[prod] Flowlord: 1000 alerts, 300 critical, 4000 resolved");
});
