import { setTimeout } from "node:timers/promises";
import type { DirectInstance } from "../../app/offline.ts";
import { restoreAnswer } from "../../contract/api/instance/restore-api.ts";

const POLL_MS = 200;

/** What a restore holds, through the running instance, which carries decisions out by itself. */
export function remoteRestore(
  call: (method: "GET" | "POST", path: string, body?: object) => Promise<unknown>,
): DirectInstance["restore"] {
  const status = async () => restoreAnswer.parse(await call("GET", "/api/restore"));
  return {
    status,
    decide: async ({ act, reason }) => restoreAnswer.parse(await call("POST", `/api/restore/${act}`, { reason })),
    advance: async () => {
      await setTimeout(POLL_MS);
      return status();
    },
  };
}
