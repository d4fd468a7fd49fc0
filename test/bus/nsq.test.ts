import { createNsqBus } from "../../src/bus/nsq/nsq.ts";
import { startNsqd } from "../servers/nsq.ts";
import { busContract } from "./contract.ts";

busContract(
  "nsq",
  async (t) => {
    const nsqd = await startNsqd(t, { flags: ["-max-rdy-count=10000", "-max-msg-size=4194304"] });
    if (nsqd === null) return null;
    return {
      open: async () => {
        const bus = createNsqBus({ nsqdHosts: [nsqd.tcp], lookupdHosts: [], userAgent: "flowlord/test" });
        await bus.start();
        return bus;
      },
      cleanUp: async () => {},
    };
  },
  { capacity: false, topics: true, restart: true, keepsDelays: true },
);
