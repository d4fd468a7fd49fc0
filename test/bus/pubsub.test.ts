import { createPubSubBus } from "../../src/bus/pubsub/pubsub.ts";
import { startPubsub } from "../servers/pubsub.ts";
import { busContract } from "./contract.ts";
import { pubsubOptions } from "./pubsub/open-pubsub.ts";

// The server is the fake of Google's Go client (see test/servers/README.md). It hands out one message every ten
// milliseconds to a stream, hence the small numbers.
busContract(
  "pubsub",
  async (t) => {
    const server = await startPubsub(t);
    if (server === null) return null;
    return {
      open: async () => {
        const bus = await createPubSubBus(pubsubOptions(server.address));
        await bus.start();
        return bus;
      },
      cleanUp: async () => {},
    };
  },
  { capacity: false, topics: true, restart: true, keepsDelays: true, ordered: false, mostMessages: 100 },
);
