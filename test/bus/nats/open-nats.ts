import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { jetstreamManager, type JetStreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { Bus } from "../../../src/bus/bus.ts";
import { createNatsBus } from "../../../src/bus/nats/nats.ts";
import type { NatsOptions } from "../../../src/bus/nats/options.ts";
import { startNats, type NatsServer } from "../../servers/nats.ts";
import { randomFrom, SEED } from "../../support/seed.ts";

export function natsOptions(address: string, changed: Partial<NatsOptions> = {}): NatsOptions {
  return {
    servers: [address],
    login: { kind: "none" },
    tls: null,
    stream: null,
    prefix: "",
    maxAgeMs: 0,
    replicas: 1,
    ackWaitMs: 30_000,
    clientName: "flowlord/test",
    now: Date.now,
    random: randomFrom(SEED),
    ...changed,
  };
}

/** A started bus, stopped after the test. */
export async function openNats(t: TestContext, address: string, changed: Partial<NatsOptions> = {}): Promise<Bus> {
  const bus = await createNatsBus(natsOptions(address, changed));
  t.after(() => bus.stop());
  await bus.start();
  return bus;
}

/** nats-server with settings that are only possible in its config file. Null when the test is skipped. */
export async function startNatsWith(t: TestContext, config: string): Promise<NatsServer | null> {
  const dir = await mkdtemp(join(tmpdir(), "flowlord-nats-"));
  t.after(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, "server.conf");
  await writeFile(file, config);
  return startNats(t, ["-c", file]);
}

/** A separate client of the server's API, closed after the test. */
export async function adminOf(t: TestContext, address: string): Promise<JetStreamManager> {
  const connection = await connect({ servers: address });
  t.after(() => connection.close());
  return jetstreamManager(connection);
}
