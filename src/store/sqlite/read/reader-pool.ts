import type { RedactRules } from "../../../contract/redact/rules.ts";
import type { ReadStore } from "../../store.ts";
import { QueryTimings } from "./query-timings.ts";
import { ReaderThread, type ReaderThreadOptions } from "./reader-thread.ts";

interface PoolControl {
  close(): Promise<void>;
  useRedactRules(rules: RedactRules): Promise<void>;
}

/** One for a chart over many rows, and one for the lists that come meanwhile. */
const THREADS = 2;
/** A query waits so long (ms) rather than to make the next thread work, which costs memory once it has begun. */
const MAY_WAIT_MS = 20;

/**
 * Runs the queries of a database in threads of their own, so that none blocks the writer: each query in the first thread that is
 * soon free, by how long queries of these names took, else in the one that will be first. So a query that takes long delays no
 * other, but for a second one.
 */
export function readerPool(options: ReaderThreadOptions): ReadStore & PoolControl {
  const timings = new QueryTimings();
  const threads = Array.from({ length: THREADS }, () => new ReaderThread(options, timings));
  const control: PoolControl & Pick<ReadStore, "timings"> = {
    close: async () => void (await Promise.all(threads.map((thread) => thread.close()))),
    useRedactRules: async (rules) => void (await Promise.all(threads.map((thread) => thread.useRedactRules(rules)))),
    timings: async () => timings.list(),
  };
  const ask: SendQuery = (path, args) => {
    const soon = threads.find(({ busyMs }) => busyMs <= MAY_WAIT_MS);
    const thread = soon ?? threads.reduce((a, b) => (b.busyMs < a.busyMs ? b : a));
    return thread.query({ path, args });
  };
  // A proxy, so that a new query needs no line in this file.
  const queries = pathProxy([], ask);
  return new Proxy(queries, {
    get: (below, name) => Reflect.get(Object.hasOwn(control, name) ? control : below, name) as unknown,
  }) as ReadStore & PoolControl;
}

type SendQuery = (path: readonly string[], args: readonly unknown[]) => Promise<unknown>;

function pathProxy(path: readonly string[], query: SendQuery): object {
  const known = new Map<string, object>();
  return new Proxy(() => undefined, {
    get(_, name) {
      // It is not a promise, and has no properties with symbol keys.
      if (typeof name === "symbol" || name === "then") return undefined;
      let below = known.get(name);
      if (below === undefined) known.set(name, (below = pathProxy([...path, name], query)));
      return below;
    },
    apply: (_, __, args: unknown[]) => query(path, args),
  });
}
