import type { Options } from "../config/options.ts";
import { damagedValue } from "../store/damage.ts";
import type { ReadStore } from "../store/store.ts";

/**
 * Reads from the configured database, also beside a running instance, and closes it. The database is loaded here, so
 * that a command without one does not load it. Throws StoreError when the
 * database does not exist, or a stored value cannot be read.
 */
export async function withReader<T>(options: Options, read: (reader: ReadStore) => Promise<T>): Promise<T> {
  const { openReader } = await import("../app/open-store.ts");
  const reader = openReader(options);
  try {
    return await read(reader);
  } catch (error) {
    // A damaged time may first be noticed where it is printed.
    throw damagedValue(error, options.sqlite.localPath) ?? error;
  } finally {
    reader.close();
  }
}
