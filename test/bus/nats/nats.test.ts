import { createNatsBus } from "../../../src/bus/nats/nats.ts";
import { Proxy } from "../../servers/proxy.ts";
import { busContract } from "../contract.ts";
import { natsOptions, startNatsWith } from "./open-nats.ts";

busContract(
  "nats",
  async (t, error) => {
    const server = await startNatsWith(t, "max_payload: 4MB\n");
    if (server === null) return null;
    const proxy = error === "dropConnections" ? await Proxy.start(t, server.address) : null;
    return {
      open: async () => {
        const options = natsOptions(proxy?.address ?? server.address, error === null ? {} : { ackWaitMs: 1000 });
        const bus = await createNatsBus(options);
        await bus.start();
        return bus;
      },
      cleanUp: async () => {},
      restart: () => server.process.restart(),
      dropConnections: () => proxy?.cut(),
    };
  },
  { capacity: false, topics: true, restart: true, keepsDelays: true, faults: ["restart", "dropConnections"] },
);
