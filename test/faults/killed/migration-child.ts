/** Opens a database of an earlier version, to be killed meanwhile. */
import { openStore } from "../../../src/store/sqlite/open.ts";
import { args, say } from "./victim.ts";

const [path = ""] = args();
await say("open");
const store = await openStore({ path, now: Date.now, newId: () => "child", say: () => process.send?.("migrate") });
await store.close();
process.disconnect();
