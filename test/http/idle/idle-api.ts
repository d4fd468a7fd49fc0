import { redactor } from "../../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../../src/contract/redact/rules.ts";
import type { ApiDeps, UseCases } from "../../../src/http/api/deps.ts";
import { OpenExports } from "../../../src/http/api/tasks/open-exports.ts";
import { LiveEvents } from "../../../src/http/events/live-events.ts";
import { idleUseCases } from "./idle-use-cases.ts";

/** What routes work with where nothing is read from a database: a query fails the test. */
export function idleApi(acts: Partial<UseCases> = {}): ApiDeps {
  return {
    version: "0",
    reads: nothing("reads"),
    queries: nothing("queries"),
    configuration: () => null,
    steering: () => ({ drained: false, running: 0 }),
    runtime: { now: () => 0, monotonic: () => 0, zone: "UTC" },
    instance: { graph: () => ({}) as never, links: [], noWorker: () => null, logDirs: [] },
    acts: idleUseCases(acts),
    logins: nothing("logins"),
    oidc: null,
    metrics: nothing("metrics"),
    answers: nothing("answers"),
    live: new LiveEvents({
      events: { onChange: () => () => undefined },
      reads: { changed: async () => ({ tasks: [], alerts: [], files: [], workflows: [], backfills: [] }) },
      monotonic: () => 0,
      redact: (rows) => rows,
      health: () => ({}),
    }),
    exports: new OpenExports(),
    audit: async () => undefined,
    redact: redactor(DEFAULT_RULES),
  };
}

function nothing(what: string): never {
  return new Proxy(Object.create(null) as never, {
    get: (_target, name) => {
      throw new Error(`nothing is asked here, and ${what}.${String(name)} was`);
    },
  });
}
