import { createNatsBus } from "../../src/bus/nats/nats.ts";
import { busContract } from "./contract.ts";
import { natsOptions, startNatsWith } from "./nats/open-nats.ts";

busContract(
  "nats",
  async (t) => {
    const server = await startNatsWith(t, "max_payload: 4MB\n");
    if (server === null) return null;
    return {
      open: async () => {
        const bus = await createNatsBus(natsOptions(server.address));
        await bus.start();
        return bus;
      },
      cleanUp: async () => {},
    };
  },
  { capacity: false, topics: true, restart: true, keepsDelays: true },
);
