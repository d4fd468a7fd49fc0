import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import {
  MAX_WEBHOOK_ALERTS,
  MAX_WEBHOOK_MESSAGE,
  MAX_WEBHOOK_TEXT,
  webhookBody,
} from "../../src/contract/api/alert-webhook.ts";
import { ALERT_TYPES, newAlert } from "../../src/core/decide/new-alert.ts";
import { createWebhookChannel } from "../../src/notify/webhook.ts";
import { httpReceiver } from "../notify/http-receiver.ts";
import { notification } from "../notify/notifications.ts";
import { bare, blocksOf, pageText, rowsOf, sectionOf } from "./page.ts";

const PAGE = "alerts.md";

test("docs/alerts.md has every type of alert with its severity, and no other", () => {
  const documented = rowsOf(sectionOf(PAGE, "What raises an alert")).map(([type, , severity]) => [
    bare(type),
    severity,
  ]);
  assert.deepEqual(
    documented,
    ALERT_TYPES.map((type) => [type, newAlert(type, "").severity]),
  );
});

test("docs/alerts.md has every field of a webhook's body, with its bounds, and an example that is one", () => {
  const text = sectionOf(PAGE, "Receiving a webhook");
  assert.deepEqual(
    rowsOf(text).map(([field]) => bare(field)),
    Object.keys(webhookBody.shape),
  );
  for (const bound of [MAX_WEBHOOK_TEXT, MAX_WEBHOOK_ALERTS, MAX_WEBHOOK_MESSAGE])
    assert.ok(text.includes(bound.toLocaleString("en-US")), String(bound));
  const [example] = blocksOf(PAGE).filter(({ language }) => language === "json");
  const body: unknown = JSON.parse(example?.text ?? "");
  assert.deepEqual(webhookBody.strict().parse(body), body);
});

type Verify = (headers: Record<string, string | undefined>, body: string, secret: string) => boolean;

test("the example that verifies a webhook takes what Flowlord posts, and nothing else", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-docs-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [example] = blocksOf(PAGE).filter(({ language }) => language === "ts");
  const file = join(folder, "example.mts");
  writeFileSync(file, example?.text ?? "");
  const { isFromFlowlord } = (await import(pathToFileURL(file).href)) as { isFromFlowlord: Verify };
  for (const secret of ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "any other text"]) {
    let now = Date.now();
    const receiver = await httpReceiver(
      t,
      (url) => createWebhookChannel({ name: "hook", url, secret, now: () => now }),
      ({ body }) => webhookBody.parse(JSON.parse(body)),
    );
    const posted = async (): Promise<{ headers: Record<string, string>; body: string }> => {
      await receiver.channel().send(notification(), new AbortController().signal);
      const { headers, body } = receiver.requests.at(-1) ?? assert.fail();
      return { headers: headers as Record<string, string>, body };
    };
    const { headers, body } = await posted();
    assert.equal(isFromFlowlord(headers, body, secret), true);
    assert.equal(isFromFlowlord(headers, `${body} `, secret), false);
    assert.equal(isFromFlowlord(headers, body, "another secret"), false);
    assert.equal(isFromFlowlord({ ...headers, "webhook-id": "other" }, body, secret), false);
    assert.equal(isFromFlowlord({}, body, secret), false);
    now -= 3_600_000;
    const old = await posted();
    assert.equal(isFromFlowlord(old.headers, old.body, secret), false, "a request kept and sent again later");
  }
});

test("docs/alerts.md names every header of a webhook", () => {
  for (const header of ["webhook-id", "webhook-timestamp", "webhook-signature"])
    assert.ok(pageText(PAGE).includes(`| \`${header}\` |`), header);
});
