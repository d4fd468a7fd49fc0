import { setTimeout } from "node:timers/promises";
import { cleanup, retentionAnswer, retentionPolicy } from "../../contract/api/instance/retention-api.ts";
import type { DirectInstance } from "../../app/offline.ts";

const POLL_MS = 200;

/** Retention through the running instance, which goes on with cleanups by itself. */
export function remoteRetention(
  call: (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object) => Promise<unknown>,
): DirectInstance["retention"] {
  const one = async (id: number) => cleanup.parse(await call("GET", `/api/cleanup/${id}`));
  return {
    one,
    policies: async () => retentionAnswer.parse(await call("GET", "/api/retention")).policies,
    setPolicy: async (request) => ({ after: retentionPolicy.parse(await call("PUT", "/api/retention", request)) }),
    start: async ({ table, older_than: olderThan, dry_run: dryRun }) => {
      const query = new URLSearchParams({ dry_run: String(dryRun) });
      if (table !== null) query.set("table", table);
      if (olderThan !== null) query.set("older_than", olderThan);
      return cleanup.parse(await call("DELETE", `/api/cleanup?${query.toString()}`));
    },
    stop: async (id) => cleanup.parse(await call("POST", `/api/cleanup/${id}/stop`)),
    advance: async (id) => {
      await setTimeout(POLL_MS);
      return one(id);
    },
  };
}
