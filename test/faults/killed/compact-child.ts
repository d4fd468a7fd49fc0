/** Compacts a database, to be killed meanwhile. */
import { compact } from "../../../src/store/sqlite/size/compact.ts";

const path = process.argv[2];
if (path === undefined) throw new Error("name the database");
process.send?.("begun");
compact(path, { step: (sentence) => process.send?.(sentence) });
