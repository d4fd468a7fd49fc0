import type { ApiDeps, UseCases } from "../../src/http/api/deps.ts";
import { idleUseCases } from "./idle-use-cases.ts";

/** What routes work with where nothing is read from a database: a query fails the test. */
export function idleApi(acts: Partial<UseCases> = {}): ApiDeps {
  return {
    version: "0",
    reads: new Proxy(Object.create(null), {
      get: (_target, name) => {
        throw new Error(`nothing is read here, and ${String(name)} was`);
      },
    }),
    runtime: { now: () => 0, zone: "UTC" },
    acts: idleUseCases(acts),
  };
}
