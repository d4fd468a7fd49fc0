import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import type { Bus } from "../../../src/bus/bus.ts";
import { createNsqBus, type NsqOptions } from "../../../src/bus/nsq/nsq.ts";
import { startNsqd } from "../../servers/nsq.ts";
import { Inbox, messages } from "../inbox.ts";
import { makeCertificates, type Certificates } from "./certificates.ts";
import { until } from "./until.ts";

const SECRET = "s3cret-of-the-test";
const AT_ONCE = { channel: "flowlord", maxInFlight: 100 };

/** The authorisation server of nsqd: the secret may do everything on topics that begin with `open`. */
async function startAuthorities(): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    if (searchParams.get("secret") !== SECRET) return response.writeHead(403).end("{}");
    const all = { topic: "^open", channels: [".*"], permissions: ["subscribe", "publish"] };
    response.writeHead(200, { "content-type": "application/json", connection: "close" });
    return response.end(JSON.stringify({ ttl: 3600, identity: "test", identity_url: "", authorizations: [all] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

describe("nsq: TLS, client certificates, AUTH and compression", { concurrency: true }, () => {
  let dir: string;
  let files: Certificates;
  let authorities: HttpServer;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "flowlord-nsq-"));
    files = await makeCertificates(dir);
    authorities = await startAuthorities();
  });
  after(async () => {
    authorities.close();
    await rm(dir, { recursive: true });
  });

  /** A bus with a valid setup, except for `options`, on an nsqd that requires all of it. */
  async function withBus(
    t: TestContext,
    options: () => Partial<NsqOptions>,
    run: (bus: Bus) => Promise<void>,
  ): Promise<void> {
    const nsqd = await startNsqd(t, {
      flags: [
        `-tls-cert=${files.serverCert}`,
        `-tls-key=${files.serverKey}`,
        `-tls-root-ca-file=${files.ca}`,
        "-tls-client-auth-policy=require-verify",
        "-tls-required=tcp-https",
        "-tls-min-version=tls1.2",
        `-auth-http-address=127.0.0.1:${(authorities.address() as AddressInfo).port}`,
      ],
    });
    if (nsqd === null) return;
    const { ca: caFile, clientCert: certFile, clientKey: keyFile } = files;
    const bus = createNsqBus({
      nsqdHosts: [nsqd.tcp],
      lookupdHosts: [],
      userAgent: "flowlord/test",
      tls: { caFile, certFile, keyFile, verify: true },
      authSecret: SECRET,
      ...options(),
    });
    try {
      await bus.start();
      await run(bus);
      assert.ok(!JSON.stringify([bus.health(), bus.connections()]).includes(SECRET));
    } finally {
      await bus.stop();
    }
  }

  for (const compression of ["none", "deflate", "snappy"] as const) {
    test(`messages are sent and received over TLS with AUTH, compression ${compression}`, (t) =>
      withBus(
        t,
        () => ({ compression }),
        async (bus) => {
          assert.equal(bus.health().reason, null);
          const inbox = new Inbox();
          const topic = `open-${compression}`;
          await bus.subscribe(topic, AT_ONCE, (delivery) => {
            inbox.onDelivery(delivery);
            delivery.ack();
          });
          const payloads = ["é".repeat(300_000), ...Array.from({ length: 300 }, (_, index) => `{"n":${index}}`)];
          const results = await Promise.all(bus.publish(messages(topic, payloads)));
          assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(["sent"]));
          assert.deepEqual(new Set(await inbox.payloads(payloads.length)), new Set(payloads));
        },
      ));
  }

  const refused: readonly (readonly [string, () => Partial<NsqOptions>, RegExp])[] = [
    ["without TLS", () => ({ tls: null }), /E_INVALID cannot AUTH in current state \(TLS required\)/],
    ["with another CA", () => ({ tls: tlsOf({ caFile: files.otherCa }) }), /unable to verify|self-signed/],
    [
      "without a client certificate",
      () => ({ tls: tlsOf({ certFile: null, keyFile: null }) }),
      /certificate required|bad certificate|cut/,
    ],
    [
      "with a missing file",
      () => ({ tls: tlsOf({ caFile: join(dir, "none.pem") }) }),
      /none\.pem cannot be read \(ENOENT\)/,
    ],
    ["with the wrong secret", () => ({ authSecret: "wrong-secret" }), /E_AUTH_FAILED AUTH failed/],
    ["without a secret", () => ({ authSecret: null }), /requires a secret, and none is configured/],
  ];
  function tlsOf(change: Partial<NonNullable<NsqOptions["tls"]>>): NonNullable<NsqOptions["tls"]> {
    return { caFile: files.ca, certFile: files.clientCert, keyFile: files.clientKey, verify: true, ...change };
  }
  for (const [how, options, reason] of refused) {
    test(`${how} nothing is sent, and health reports why`, (t) =>
      withBus(t, options, async (bus) => {
        await until(() => reason.test(bus.health().reason ?? ""));
        assert.equal(bus.health().state, "connecting");
        assert.ok(!(bus.health().reason ?? "").includes("wrong-secret"));
        const [result] = await Promise.all(bus.publish(messages("open", ["1"])));
        assert.equal(result?.status, "failed");
      }));
  }

  test("the check of the certificate can be switched off", (t) =>
    withBus(
      t,
      () => ({ tls: tlsOf({ caFile: files.otherCa, verify: false }) }),
      async (bus) => {
        assert.equal(bus.health().state, "connected");
      },
    ));

  test("only messages of a forbidden topic fail; the others are sent", (t) =>
    withBus(
      t,
      () => ({}),
      async (bus) => {
        const results = await Promise.all(
          bus.publish([...messages("open", ["1"]), ...messages("closed", ["2"]), ...messages("open", ["3"])]),
        );
        assert.deepEqual(
          results.map(({ status }) => status),
          ["sent", "failed", "sent"],
        );
        const error = results[1]?.status === "failed" ? results[1].error : null;
        assert.equal(error !== null && "code" in error && error.code, "E_UNAUTHORIZED");
        await bus.subscribe("closed", AT_ONCE, () => {});
        await until(() => /E_UNAUTHORIZED AUTH failed for SUB/.test(bus.health().reason ?? ""));
      },
    ));
});

test("nsq: without the configured TLS it does not connect", async (t) => {
  const nsqd = await startNsqd(t);
  if (nsqd === null) return;
  const tls = { caFile: null, certFile: null, keyFile: null, verify: true };
  const bus = createNsqBus({ nsqdHosts: [nsqd.tcp], lookupdHosts: [], userAgent: "flowlord/test", tls });
  await bus.start();
  assert.match(bus.health().reason ?? "", /offers no TLS/);
  await bus.stop();
});
