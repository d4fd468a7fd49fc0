/** Restores a snapshot in the place of a database, to be killed meanwhile. */
import { copyFileSync } from "node:fs";
import { restoreInPlace } from "../../../src/app/restore/restore-in-place.ts";
import { lockInstance } from "../../../src/store/sqlite/database/lock.ts";

const [path, snapshot] = process.argv.slice(2);
if (path === undefined || snapshot === undefined) throw new Error("name the database and the snapshot");
lockInstance(path);
process.send?.("begun");
await restoreInPlace(
  {
    restore: { backup_id: null, data_at: 1, state: "held" },
    backup: null,
    passedOver: [],
    write: async (to) => {
      copyFileSync(snapshot, to);
      process.send?.("written");
      return null;
    },
  },
  { path, id: "restore-1", reason: "hand", restored_at: Date.UTC(2026, 0, 31) },
);
process.disconnect();
