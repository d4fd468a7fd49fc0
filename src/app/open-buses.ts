import type { Bus } from "../bus/bus.ts";
import type { OffsetStore } from "../bus/file/file-position.ts";
import type { NsqOptions } from "../bus/nsq/nsq.ts";
import { openBus, type OpenBusOptions } from "../bus/open-bus.ts";
import { splitBus } from "../bus/split.ts";
import type { Options } from "../config/options.ts";
import type { Store } from "../store/store.ts";
import { version } from "./version.ts";

export interface Buses {
  /** Flowlord's side: receives `done` and file events, sends tasks. */
  readonly own: Bus;
  /** The workers' side: receives tasks, sends `done`. The same bus, seen from the other end. */
  readonly workers: Bus;
}

/**
 * The configured buses, not yet started; `refusal`: why nothing may be published to a bus without storage now. Throws BusError
 * for one that this version does not have.
 */
export async function openBuses(
  options: Options,
  offsets: OffsetStore,
  now: () => number,
  refusal: () => string | null = () => null,
): Promise<Buses> {
  const openOptions: OpenBusOptions = {
    dir: options.bus.path,
    rotateBytes: options.bus.rotateSize,
    inTopic: options.doneTopic,
    namedTopics: [
      options.doneTopic,
      options.failedTopic,
      ...options.fileTopics,
      ...options.workers.map(({ type }) => type),
    ],
    nsq: nsqOptions(options),
    nats: natsOptions(options),
    pubsub: pubsubOptions(options),
    now,
    refusal,
    offsets,
  };
  const inBus = await openBus(options.bus.inKind, openOptions);
  if (options.bus.inKind === options.bus.outKind) return { own: inBus, workers: inBus };
  const outBus = await openBus(options.bus.outKind, openOptions);
  return { own: splitBus(inBus, outBus), workers: splitBus(outBus, inBus) };
}

/** Stores the offsets of the file bus in the database, beside the effects of what it has read. */
export function offsetsIn(store: Pick<Store, "getState" | "putState" | "held">): OffsetStore {
  return {
    restored: async () => {
      const restore = await store.held.restore();
      return restore === null ? null : { id: restore.id, isOpen: restore.state === "held" };
    },
    get: (key) => store.getState(`bus.${key}`),
    set: (key, value) => store.putState(new Map([[`bus.${key}`, value]])),
  };
}

function natsOptions({ bus: { nats } }: Options): NonNullable<OpenBusOptions["nats"]> {
  return {
    servers: nats.servers,
    login: nats.login,
    tls: nats.tls,
    stream: nats.stream,
    prefix: nats.prefix,
    maxAgeMs: nats.maxAge,
    replicas: nats.replicas,
    ackWaitMs: nats.ackWait,
    clientName: `flowlord/${version()}`,
  };
}

function pubsubOptions({ bus }: Options): NonNullable<OpenBusOptions["pubsub"]> {
  return {
    projectId: bus.projectId,
    keyFile: bus.jsonAuth || null,
    emulatorHost: bus.pubsubHost || null,
    ackDeadlineSeconds: Math.ceil(bus.pubsubAckDeadline / 1000),
  };
}

function nsqOptions({ bus: { nsqdHosts, lookupdHosts, nsq } }: Options): NsqOptions {
  return {
    nsqdHosts,
    lookupdHosts,
    userAgent: `flowlord/${version()}`,
    tls: nsq.tls,
    authSecret: nsq.authSecret,
    compression: nsq.compression,
    msgTimeoutMs: nsq.msgTimeout,
    heartbeatMs: nsq.heartbeat,
    lookupEveryMs: nsq.lookupdPoll,
  };
}
