import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileBus } from "../../../src/bus/file/file.ts";
import { busContract } from "../contract.ts";
import { MemoryOffsets } from "./offset-store.ts";

busContract(
  "file",
  async () => {
    const dir = await mkdtemp(join(tmpdir(), "flowlord-file-bus-"));
    const offsets = new MemoryOffsets();
    return {
      open: async () => {
        const bus = createFileBus({ dir, offsets, pollMs: 20, storeEveryMs: 1 });
        await bus.start();
        return bus;
      },
      cleanUp: () => rm(dir, { recursive: true, force: true }),
    };
  },
  { capacity: false, topics: true, restart: true },
);
