import { openStore } from "../../../../src/store/sqlite/open.ts";
import { StoreError } from "../../../../src/store/store.ts";
import { options } from "../scratch.ts";

/** Open the database as another process, and print the outcome. */
try {
  const store = await openStore(options(process.argv[2] ?? ""));
  await store.close();
  process.stdout.write("opened");
} catch (error) {
  process.stdout.write(error instanceof StoreError ? `${error.code}: ${error.message}` : String(error));
}
