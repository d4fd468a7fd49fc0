import { instanceAnswer } from "../../contract/api/instance/instance-answer.ts";
import { SECOND } from "../../contract/time/time-units.ts";
import type { CliContext } from "../context.ts";
import type { Target } from "../instance-acts.ts";
import { remoteBackups } from "../backup/backup-reads.ts";
import { remoteRestoreReads } from "../backup/restore-reads.ts";
import { ApiClient, type ClientOptions } from "./api-client.ts";
import { RemoteInstance } from "./remote-instance.ts";
import { remoteAccessReads } from "./read-access.ts";
import { remoteAlertReads } from "./read-alerts.ts";
import { remoteBackfillReads } from "./read-backfills.ts";
import { remoteFileReads } from "./read-files.ts";
import { remoteLogReads } from "./read-logs.ts";
import { remotePlanReads } from "./read-plans.ts";
import { remoteTaskReads } from "./read-tasks.ts";
import type { ServerAddress } from "./server-address.ts";

/** How long an answer may take to begin. A channel that is tested has 30 s for its own. */
const TIMEOUT_MS = 60 * SECOND;

/** An instance elsewhere, which has answered once. Throws InstanceError. */
export async function remoteTarget({ url, key }: ServerAddress, { now }: Pick<CliContext, "now">): Promise<Target> {
  const headers: Record<string, string> = key === null ? {} : { authorization: `Bearer ${key}` };
  // The key is for this address alone, so a redirect is not followed.
  const send: ClientOptions["send"] = (path, asked) => fetch(url + path, { ...asked, redirect: "manual" });
  const client = new ApiClient({ url, headers, timeoutMs: TIMEOUT_MS, send });
  const { time_zone: zone } = await client.get("/api/instance", instanceAnswer);
  const instance = new RemoteInstance(client);
  return {
    zone,
    read: async (read) =>
      await read({
        tasks: remoteTaskReads(client, { zone, now }),
        logs: remoteLogReads(client),
        files: remoteFileReads(client),
        alerts: remoteAlertReads(client),
        backfills: remoteBackfillReads(client),
        backups: remoteBackups(client),
        restore: remoteRestoreReads(client),
        access: remoteAccessReads(client),
        plans: remotePlanReads(client),
      }),
    openInstance: async () => instance,
    openRunning: async () => instance,
  };
}
