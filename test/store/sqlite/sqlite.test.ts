import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../../src/store/sqlite/open.ts";
import { storeContract } from "../contract.ts";

storeContract("sqlite", () => {
  const folder = mkdtempSync(join(tmpdir(), "flowlord-store-"));
  let clock = Date.parse("2026-03-01T12:00:00Z");
  return {
    open: () =>
      openStore({ path: join(folder, "tasks.db"), now: () => (clock += 1), newId: () => `instance-${clock}` }),
    remove: () => rm(folder, { recursive: true }),
  };
});
