import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../../src/config/load-config.ts";
import { parseWorkflowFile } from "../../src/core/workflow/workflow-file.ts";
import { NotifyError } from "../../src/notify/notify.ts";
import { createWebhookChannel } from "../../src/notify/webhook.ts";
import { notification } from "./notifications.ts";

const NEVER = new AbortController().signal;
const example = (name: string): string => fileURLToPath(new URL(`../../examples/alerts/${name}`, import.meta.url));

test("config and workflow of the example are without a mistake, and the secret is the receiver's", () => {
  const file = example("flowlord.toml");
  const readFile = (path: string): string => readFileSync(path, "utf8");
  const { options, warnings } = loadConfig({ file, readFile, env: {}, flags: new Map(), cwd: "/" });
  assert.deepEqual(warnings, []);
  const { issues, phases } = parseWorkflowFile("w.toml", readFile(options.workflow), { zone: "UTC", now: 0 });
  assert.deepEqual(issues, []);
  assert.deepEqual(phases.map(({ type }) => type).toSorted(), options.workers.map(({ type }) => type).toSorted());
  const [channel] = options.channels;
  assert.ok(channel?.kind === "webhook");
  assert.ok(readFile(example("receiver.ts")).includes(`"${channel.secret}"`));
  assert.match(readFile(example("receiver.ts")), new RegExp(`"${new URL(channel.url).port}"`));
});

test("the receiver of the example prints what is signed, once, and refuses the rest", async (t) => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const child = spawn(process.execPath, [example("receiver.ts")], {
    env: { ...process.env, SECRET: secret, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<string> => String((await lines.next()).value);
  const url = (await line()).replace("Waiting for alerts at ", "");
  const open = (secret: string) => createWebhookChannel({ name: "receiver", url, secret, now: Date.now });

  assert.equal(await open(secret).send(notification(), NEVER), "200 printed");
  assert.match(await line(), /^summary: load:eu: /);
  assert.match(await line(), /^report: /);
  assert.equal(await line(), "  warning (2): no <rows> & no luck");
  assert.equal(await open(secret).send(notification(), NEVER), "200 seen before");
  const error: unknown = await open("another secret")
    .send(notification(), NEVER)
    .catch((error: unknown) => error);
  assert.ok(error instanceof NotifyError && /answered 401: the signature is not valid/.test(error.message));
});
