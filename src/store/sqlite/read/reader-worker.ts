import { parentPort, workerData } from "node:worker_threads";
import { connect } from "../database/connection.ts";
import { READER_CACHE_KIB } from "./reader-cache.ts";
import { SqliteReadStore } from "./read-store.ts";
import type { ReaderSetup, ThreadAnswer, ThreadError, ThreadQuery } from "./reader-thread.ts";

/** The thread that runs queries, one after the other; null ends it. */
const { path, rules } = workerData as ReaderSetup;
const readStore = new SqliteReadStore(() => connect(path, { readonly: true, cacheKib: READER_CACHE_KIB }), path, rules);

parentPort?.on("message", (query: ThreadQuery | null) => {
  if (query === null) {
    readStore.close();
    parentPort?.close();
    return;
  }
  void answer(query).then((answered) => parentPort?.postMessage(answered));
});

async function answer({ path: names, args }: ThreadQuery): Promise<ThreadAnswer> {
  const began = performance.now();
  const ms = (): number => performance.now() - began;
  try {
    const value = await query(names, args);
    return { value, ms: ms() };
  } catch (error) {
    return { error: errorToSend(error), ms: ms() };
  }
}

/** Calls the method at the end of the path on the object before it. */
async function query(names: readonly string[], args: readonly unknown[]): Promise<unknown> {
  let owner: unknown = null;
  let found: unknown = readStore;
  for (const name of names) {
    owner = found;
    found = typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined;
  }
  if (typeof found !== "function") throw new TypeError(`there is no query ${names.join(".")}`);
  return await (Reflect.apply(found, owner, args) as Promise<unknown>);
}

function errorToSend(error: unknown): ThreadError {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), stack: undefined, fields: {} };
  const { name, message, stack } = error;
  const fields = Object.entries(error).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return { name, message, stack, fields: Object.fromEntries(fields) };
}
