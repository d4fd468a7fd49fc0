import type { Options } from "../config/options.ts";
import { damagedValue } from "../store/damage.ts";
import type { ReadStore } from "../store/store.ts";

/**
 * Reads from the configured database, also beside a running instance, and closes it. The first `open` opens it, and loads the
 * database: a command without one does not load it. Throws StoreError when the database does not exist, or a stored value cannot be
 * read.
 */
export async function withReader<T>(
  options: Options,
  read: (open: () => Promise<ReadStore>) => Promise<T>,
): Promise<T> {
  let close = (): void => undefined;
  let opening: Promise<ReadStore> | null = null;
  const opened = async (): Promise<ReadStore> => {
    const { openReader } = await import("../app/open-store.ts");
    const reader = openReader(options);
    close = () => reader.close();
    return reader;
  };
  try {
    return await read(() => (opening ??= opened()));
  } catch (error) {
    // A damaged time may first be noticed where it is printed.
    throw damagedValue(error, options.sqlite.localPath) ?? error;
  } finally {
    close();
  }
}
