import { readFile } from "node:fs/promises";
import { USER_HEADER } from "../contract/api/from-person.ts";
import { instanceFile, type InstanceFile } from "../contract/api/instance-api.ts";
import type { Options } from "../config/options.ts";
import type { Instance, RunningInstance } from "./instance-acts.ts";
import { currentUser } from "./alerts/current-user.ts";
import { requestInstance } from "./instance-request.ts";
import { ApiClient, InstanceError } from "./remote/api-client.ts";
import { RemoteInstance } from "./remote/remote-instance.ts";

/**
 * Finds the running instance by the file beside the database; when none answers, opens the database.
 * Throws StoreError when an instance without an HTTP server has the database open.
 */
export async function openInstance(options: Options, say: (sentence: string) => void): Promise<Instance> {
  const file = await readInstanceFile(options.instanceFile);
  if (file !== null && (await answers(file))) return new RemoteInstance(clientOf(file));
  const { openDirect } = await import("../app/offline.ts");
  return { ...(await openDirect(options, currentUser(), say)), isRunning: false };
}

/** The running instance. Throws InstanceError when none runs here, or it has no HTTP server. */
export async function openRunning(options: Options): Promise<RunningInstance> {
  const file = await readInstanceFile(options.instanceFile);
  if (file !== null && (await answers(file))) return new RemoteInstance(clientOf(file));
  throw new InstanceError(
    "not_running",
    `No instance answers for ${options.sqlite.localPath}: none runs, or its status_port is 0, and then a signal reaches it.`,
  );
}

async function readInstanceFile(path: string): Promise<InstanceFile | null> {
  try {
    return instanceFile.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    // Missing, half written, or of another version: the database's lock then shows whether an instance runs.
    return null;
  }
}

async function answers(file: InstanceFile): Promise<boolean> {
  try {
    const asked = { method: "GET", headers: {}, signal: AbortSignal.timeout(5000) } as const;
    const answer = await requestInstance(file, "/status", asked);
    await answer.body?.cancel();
    return true;
  } catch {
    // A file that a killed instance left behind.
    return false;
  }
}

/** Its token is the owner's, who says which user of the machine asks; and it may take its time. */
function clientOf(file: InstanceFile): ApiClient {
  const { url, token } = file;
  const headers = { authorization: `Bearer ${token}`, [USER_HEADER]: encodeURIComponent(currentUser()) };
  return new ApiClient({ url, headers, timeoutMs: null, send: (path, asked) => requestInstance(file, path, asked) });
}
