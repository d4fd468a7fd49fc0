import { createPubSubBus } from "../../../src/bus/pubsub/pubsub.ts";
import { Proxy } from "../../servers/proxy.ts";
import { startPubsub } from "../../servers/pubsub.ts";
import { busContract } from "../contract.ts";
import { impatient, pubsubOptions } from "./open-pubsub.ts";

// The server is the fake of Google's Go client (see test/servers/README.md). It delivers one message every ten
// milliseconds to a stream, hence the small numbers. It stores nothing, hence no restart of it.
busContract(
  "pubsub",
  async (t, error) => {
    const server = await startPubsub(t);
    if (server === null) return null;
    const proxy = error === "dropConnections" ? await Proxy.start(t, server.address) : null;
    if (proxy !== null) await impatient(t, server.address, "drop");
    return {
      open: async () => {
        const changed = proxy === null ? {} : { ackDeadlineSeconds: 1 };
        const bus = await createPubSubBus(pubsubOptions(proxy?.address ?? server.address, changed));
        await bus.start();
        return bus;
      },
      cleanUp: async () => {},
      dropConnections: () => proxy?.cut(),
    };
  },
  {
    capacity: false,
    topics: true,
    restart: true,
    keepsDelays: true,
    ordered: false,
    maxMessages: 100,
    faults: ["dropConnections"],
  },
);
