import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import type { Bus } from "../../../src/bus/bus.ts";
import type { NatsOptions } from "../../../src/bus/nats/options.ts";
import { Inbox, messages } from "../inbox.ts";
import { makeAccount } from "./accounts.ts";
import { openNats, startNatsWith } from "./open-nats.ts";
import { makeCertificates, type Certificates } from "../nsq/certificates.ts";
import { until } from "../nsq/until.ts";

const SECRET = "hush-of-the-test";

async function open(t: TestContext, config: string, changed: Partial<NatsOptions>): Promise<Bus | null> {
  const server = await startNatsWith(t, config);
  return server === null ? null : openNats(t, server.address, changed);
}

async function works(bus: Bus): Promise<void> {
  const inbox = new Inbox();
  await bus.subscribe("safe", { channel: "flowlord", maxInFlight: 10 }, inbox.onDelivery);
  assert.deepEqual(await Promise.all(bus.publish(messages("safe", ["1"]))), [{ status: "sent" }]);
  assert.deepEqual(await inbox.payloads(1), ["1"]);
}

/** Refused for this reason, which contains no secret; publishing fails with the same reason. */
async function isRefused(bus: Bus, reason: RegExp): Promise<void> {
  await until(() => reason.test(bus.health().reason ?? ""));
  assert.equal(bus.health().state, "connecting");
  const [result] = await Promise.all(bus.publish(messages("safe", ["1"])));
  assert.equal(result?.status, "failed");
  const texts = [bus.health().reason, result.error.message, result.error.stack, JSON.stringify(bus.connections())];
  for (const text of texts) assert.doesNotMatch(text ?? "", /hush/);
}

describe("nats: logins and TLS", () => {
  let dir: string;
  let files: Certificates;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "flowlord-nats-tls-"));
    files = await makeCertificates(dir);
  });
  after(() => rm(dir, { recursive: true }));

  const tlsConfig = (): string =>
    `tls { cert_file: "${files.serverCert}", key_file: "${files.serverKey}", ca_file: "${files.ca}", verify: true }\n`;

  test("a user and a password", async (t) => {
    const config = `authorization { user: flowlord, password: "${SECRET}" }\n`;
    const bus = await open(t, config, { login: { kind: "password", user: "flowlord", password: SECRET } });
    if (bus !== null) await works(bus);
  });

  test("a token", async (t) => {
    const bus = await open(t, `authorization { token: "${SECRET}" }\n`, { login: { kind: "token", token: SECRET } });
    if (bus !== null) await works(bus);
  });

  test("a login that the server rejects is reported without its secrets", async (t) => {
    const login = { kind: "password", user: "flowlord", password: `${SECRET}-wrong` } as const;
    const bus = await open(t, `authorization { user: flowlord, password: "${SECRET}" }\n`, { login });
    if (bus !== null) await isRefused(bus, /authorization violation/i);
  });

  test("a credentials file, which may be created later", async (t) => {
    const { config, creds } = makeAccount();
    const path = join(dir, "user.creds");
    const bus = await open(t, config, { login: { kind: "file", path } });
    if (bus === null) return;
    await isRefused(bus, /ENOENT|no such file/);
    await writeFile(path, "hush: no credentials");
    await isRefused(bus, /unable to parse credentials/);
    await writeFile(path, creds);
    await until(() => bus.health().state === "connected");
    await works(bus);
  });

  test("TLS in both directions", async (t) => {
    const tls = { caFile: files.ca, certFile: files.clientCert, keyFile: files.clientKey };
    const bus = await open(t, tlsConfig(), { tls });
    if (bus !== null) await works(bus);
  });

  test("a server with a certificate of an unknown CA is refused", async (t) => {
    const tls = { caFile: files.otherCa, certFile: files.clientCert, keyFile: files.clientKey };
    const bus = await open(t, tlsConfig(), { tls });
    if (bus !== null) await isRefused(bus, /certificate/);
  });

  test("the error of an unreadable TLS file names it", async (t) => {
    const tls = { caFile: join(dir, "missing.pem"), certFile: null, keyFile: null };
    const bus = await open(t, tlsConfig(), { tls });
    if (bus !== null) await isRefused(bus, /missing\.pem doesn't exist/);
  });

  test("a server without TLS is refused when TLS is required", async (t) => {
    const bus = await open(t, "", { tls: { caFile: files.ca, certFile: null, keyFile: null } });
    if (bus !== null) await isRefused(bus, /tls|TLS/);
  });

  test("missing permissions are reported per topic", async (t) => {
    const may = `publish: ["$JS.API.>", "$JS.ACK.>", "open"], subscribe: ["_INBOX.>"]`;
    const user = `{ user: flowlord, password: "${SECRET}", permissions: { ${may} } }`;
    const config = `authorization { users: [ ${user} ] }\n`;
    const bus = await open(t, config, { login: { kind: "password", user: "flowlord", password: SECRET } });
    if (bus === null) return;
    const [good, bad] = await Promise.all(bus.publish([...messages("open", ["1"]), ...messages("shut", ["2"])]));
    assert.deepEqual(good, { status: "sent" });
    assert.match(bad?.status === "failed" ? bad.error.message : "", /shut/);
    assert.equal(bus.health().state, "connected");
  });
});
