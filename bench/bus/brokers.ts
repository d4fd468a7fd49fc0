import type { Bus } from "../../src/bus/bus.ts";
import { openBus } from "../../src/bus/open-bus.ts";
import { missing, type ServerUser } from "../../test/servers/find.ts";
import { startNats } from "../../test/servers/nats.ts";
import { startNsqd } from "../../test/servers/nsq.ts";

export type Kind = "nsq" | "nats" | "file";

/** A bus that a served Flowlord and this process share, with the server behind it. */
export interface Broker {
  readonly kind: Kind;
  /** Lines of `[bus]` for the config. */
  readonly keys: string;
  /** A client of this process, started. */
  open(): Promise<Bus>;
  end(): Promise<void>;
}

const NO_OFFSETS = { get: async () => null, set: async () => undefined };

/** Throws when its server is not to be had. */
export async function startBroker(kind: Kind, dir: string): Promise<Broker> {
  const endings: (() => Promise<void>)[] = [];
  const user: ServerUser = {
    after: (ending) => void endings.push(async () => void (await (ending as () => unknown)())),
    skip: () => undefined,
  };
  const end = async (): Promise<void> => {
    for (const ending of endings.toReversed()) await ending();
  };
  const options = { dir, offsets: NO_OFFSETS, inTopic: null };
  const started = async (bus: Bus): Promise<Bus> => {
    await bus.start();
    return bus;
  };
  if (kind === "file") {
    const keys = `path = ${JSON.stringify(dir)}\nrotate_size = 0`;
    return { kind, keys, end, open: async () => await started(await openBus("file", options)) };
  }
  if (kind === "nsq") {
    const nsqd = await startNsqd(user);
    if (nsqd === null) throw new Error(missing("nsqd"));
    const nsq = { nsqdHosts: [nsqd.tcp], lookupdHosts: [], userAgent: "flowlord-bench" };
    const keys = `nsqd_hosts = ["${nsqd.tcp}"]`;
    return { kind, keys, end, open: async () => await started(await openBus("nsq", { ...options, nsq })) };
  }
  const server = await startNats(user);
  if (server === null) throw new Error(missing("nats-server"));
  const nats = {
    servers: [server.address],
    login: { kind: "none" },
    tls: null,
    stream: null,
    prefix: "",
    maxAgeMs: 0,
    replicas: 1,
    ackWaitMs: 30_000,
    clientName: "flowlord-bench",
  } as const;
  const keys = `nats_servers = ["${server.address}"]`;
  return { kind, keys, end, open: async () => await started(await openBus("nats", { ...options, nats })) };
}

/** Puts messages on a topic and waits until the broker has them all. */
export async function fill(bus: Bus, topic: string, payloads: readonly string[]): Promise<void> {
  for (let at = 0; at < payloads.length; at += 2000) {
    const batch = payloads
      .slice(at, at + 2000)
      .map((payload, index) => ({ key: `${topic}-${at + index}`, topic, payload }));
    const results = await Promise.all(bus.publish(batch));
    const failed = results.find(({ status }) => status !== "sent");
    if (failed !== undefined)
      throw new Error(`${topic}: ${failed.status === "failed" ? failed.error.message : failed.status}`);
  }
}
