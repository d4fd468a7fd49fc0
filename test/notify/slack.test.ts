import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createSlackChannel } from "../../src/notify/slack.ts";
import { testChannel } from "./contract.ts";
import { httpReceiver, type HttpReceiver } from "./http-receiver.ts";
import { alert, AT, notification } from "./notifications.ts";

const NEVER = new AbortController().signal;

interface Posted {
  readonly channel: string;
  readonly attachments: readonly { readonly text: string; readonly color: string }[];
}

function open(t: TestContext): Promise<HttpReceiver> {
  const style = { channel: "#a", prefix: "prod", title: "Flow", now: () => AT };
  return httpReceiver(
    t,
    (url, timeoutMs) => createSlackChannel({ name: "slack", url, ...style, ...(timeoutMs ? { timeoutMs } : {}) }),
    ({ headers, body }) => ({
      id: String(headers["webhook-id"]),
      text: (JSON.parse(body) as Posted).attachments[0]?.text ?? "",
    }),
  );
}

testChannel("slack", open);

test("the webhook gets JSON with the prefix before the text, red for alerts, green for a test and for what is over", async (t) => {
  const receiver = await open(t);
  const channel = receiver.channel();
  assert.match(await channel.send(notification(), NEVER), /^200 heard/);
  await channel.send(notification({ kind: "test", text: "well?" }), NEVER);
  await channel.send(notification({ alerts: [alert({ state: "resolved", resolved_at: AT })] }), NEVER);
  const [first, second, third] = receiver.requests.map(({ body }) => JSON.parse(body) as Posted);
  assert.equal(receiver.requests[0]?.headers["content-type"], "application/json");
  assert.equal(first?.channel, "#a");
  assert.match(first?.attachments[0]?.text ?? "", /^\[prod\] load:eu: /);
  assert.deepEqual(
    [first, second, third].map((posted) => posted?.attachments[0]?.color),
    ["#FF0000", "#00FF00", "#00FF00"],
  );
});

test("text from outside is escaped, so that it is neither a link nor a call to everybody", async (t) => {
  const receiver = await open(t);
  const text = "load:  1\n    R&D <!channel> <https://evil.test|the report> &amp; more\n";
  await receiver.channel().send(notification({ text }), NEVER);
  const [posted] = receiver.requests.map(({ body }) => JSON.parse(body) as Posted);
  const shown = posted?.attachments[0]?.text ?? "";
  assert.match(shown, /R&amp;D &lt;!channel&gt; &lt;https:\/\/evil\.test\|the report&gt; &amp;amp; more/);
  assert.doesNotMatch(shown, /[<>]|&(?!amp;|lt;|gt;)/);
});
