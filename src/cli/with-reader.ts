import type { Options } from "../config/options.ts";
import type { ReadStore } from "../store/store.ts";

/**
 * Reads from the configured database, also beside a running instance, and closes it again. The database is loaded here,
 * so that a command which needs none starts without it. Throws StoreError when there is no such database.
 */
export async function withReader<T>(options: Options, read: (reader: ReadStore) => Promise<T>): Promise<T> {
  const { openReader } = await import("../app/open-store.ts");
  const reader = openReader(options);
  try {
    return await read(reader);
  } finally {
    reader.close();
  }
}
