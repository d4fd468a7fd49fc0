import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../src/config/load-config.ts";
import type { ChannelOptions } from "../../src/config/options.ts";
import { openChannel } from "../../src/app/open-channels.ts";
import { createSlackChannel } from "../../src/notify/slack.ts";
import { httpReceiver } from "../notify/http-receiver.ts";
import { mailReceiver } from "../notify/mail-receiver.ts";
import { AT, notification } from "../notify/notifications.ts";

const NEVER = new AbortController().signal;

function configured(toml: string): readonly ChannelOptions[] {
  return loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map(), cwd: "/" }).options.channels;
}

test("channels as configured reach their receivers", async (t) => {
  const http = await httpReceiver(
    t,
    (url) => createSlackChannel({ name: "", url, channel: "", prefix: "", title: "", now: () => AT }),
    ({ body }) => ({ id: "", text: body }),
  );
  const mail = await mailReceiver(t);
  const channels = configured(`
[slack]
url = "${http.url}"
prefix = "prod"
title = "Flow"
[[channel]]
name = "hook"
kind = "webhook"
url = "${http.url}"
secret = "0123456789abcdef"
[[channel]]
name = "pager"
kind = "pagerduty"
url = "${http.url}"
routing_key = "0123456789abcdef"
[[channel]]
name = "team"
kind = "teams"
url = "${http.url}"
[[channel]]
name = "mail"
kind = "email"
smtp_host = "${mail.options.host}"
smtp_port = ${mail.options.port}
smtp_ca = "${mail.certificates.ca}"
smtp_user = "${mail.options.login?.user}"
smtp_password = "${mail.options.login?.password}"
from = "flowlord@example.com"
to = ["ops@example.com"]
prefix = "prod"
`).map((options) => openChannel(options, () => AT));
  assert.deepEqual(
    channels.map(({ name }) => name),
    ["slack", "hook", "pager", "team", "mail"],
  );
  for (const channel of channels) assert.match(await channel.send(notification(), NEVER), /^2/);
  const [slack, hook, pager, team] = http.requests;
  assert.match(slack?.body ?? "", /"text":"\[prod\] load:eu: /);
  assert.match(String(hook?.headers["webhook-signature"]), /^v1,/);
  assert.match(pager?.body ?? "", /"routing_key":"0123456789abcdef".*"dedup_key":"7"/);
  assert.match(team?.body ?? "", /"type":"AdaptiveCard"/);
  assert.deepEqual(mail.mails[0]?.to, ["ops@example.com"]);
  assert.match(mail.mails[0]?.source ?? "", /^Subject: \[prod\] Flowlord: /m);
  for (const channel of channels) await channel.close();
});
