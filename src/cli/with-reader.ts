import type { Options } from "../config/options.ts";
import type { ReadStore } from "../store/store.ts";

/**
 * Reads from the configured database, also beside a running instance, and closes it. The database is loaded here, so
 * that a command without one does not load it. Throws StoreError when the database does not exist.
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
