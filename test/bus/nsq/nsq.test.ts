import { createNsqBus } from "../../../src/bus/nsq/nsq.ts";
import { startNsqd } from "../../servers/nsq.ts";
import { Proxy } from "../../servers/proxy.ts";
import { busContract } from "../contract.ts";

busContract(
  "nsq",
  async (t, error) => {
    const timeout = error === null ? [] : ["-msg-timeout=1s"];
    const nsqd = await startNsqd(t, { flags: ["-max-rdy-count=10000", "-max-msg-size=4194304", ...timeout] });
    if (nsqd === null) return null;
    const proxy = error === "dropConnections" ? await Proxy.start(t, nsqd.tcp) : null;
    return {
      open: async () => {
        const nsqdHosts = [proxy?.address ?? nsqd.tcp];
        const bus = createNsqBus({ nsqdHosts, lookupdHosts: [], userAgent: "flowlord/test" });
        await bus.start();
        return bus;
      },
      cleanUp: async () => {},
      restart: () => nsqd.process.restart(),
      dropConnections: () => proxy?.cut(),
    };
  },
  { capacity: false, topics: true, restart: true, keepsDelays: true, faults: ["restart", "dropConnections"] },
);
