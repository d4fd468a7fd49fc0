import { readFile } from "node:fs/promises";
import { changeBackfillAnswer, createBackfillAnswer } from "../contract/api/workflows/backfill-api.ts";
import {
  finishFilesAnswer,
  redriveFilesAnswer,
  type FinishFilesRequest,
  type RedriveFilesRequest,
} from "../contract/api/file-api.ts";
import { acceptWorkflowsAnswer, instanceFile, redriveAnswer, type InstanceFile } from "../contract/api/instance-api.ts";
import { revealAnswer, type RevealedTask, type RevealRequest } from "../contract/api/tasks/reveal-api.ts";
import { createTaskAnswer } from "../contract/api/tasks/create-task-api.ts";
import { type ByHand, USER_HEADER } from "../contract/api/from-person.ts";
import { MESSAGES_MAX, publishAnswer } from "../contract/api/topic-api.ts";
import type { Problem } from "../contract/api/problem.ts";
import { currentUser } from "./alerts/current-user.ts";
import { type DrainAnswer, drainAnswer, type DrainRequest } from "../contract/api/tasks/worker-api.ts";
import type { Options } from "../config/options.ts";
import type { DirectInstance } from "../app/offline.ts";
import { requestInstance } from "./instance-request.ts";
import { remoteTasks } from "./acting/remote-tasks.ts";
import { remoteAccess } from "./remote-access.ts";
import { remoteNotes } from "./remote-notes.ts";
import { remotePauses } from "./remote-pauses.ts";
import { remoteAlerts } from "./remote-alerts.ts";

/** The running instance, or the database itself while none runs. */
export interface Instance extends DirectInstance {
  /** False: committed messages are sent at the next start. */
  readonly isRunning: boolean;
}

/** What only a running instance can do. */
export interface RunningInstance {
  drain(request: DrainRequest): Promise<DrainAnswer>;
}

/** The running instance refused the request; the message says why. */
export class InstanceError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "InstanceError";
    this.code = code;
  }
}

/** Bytes of lines in one request, well below the limit of the route. */
const SEND_BYTES = 8 * 1024 * 1024;

/**
 * Finds the running instance by the file beside the database; when none answers, opens the database.
 * Throws StoreError when an instance without an HTTP server has the database open.
 */
export async function openInstance(options: Options): Promise<Instance> {
  const file = await readInstanceFile(options.instanceFile);
  if (file !== null && (await answers(file))) return new RemoteInstance(file);
  const { openDirect } = await import("../app/offline.ts");
  return { ...(await openDirect(options, currentUser())), isRunning: false };
}

/** The running instance. Throws InstanceError when none runs here, or it has no HTTP server. */
export async function openRunning(options: Options): Promise<RunningInstance> {
  const file = await readInstanceFile(options.instanceFile);
  if (file !== null && (await answers(file))) return new RemoteInstance(file);
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

class RemoteInstance implements Instance, RunningInstance {
  readonly isRunning = true;
  readonly access = remoteAccess((method, path, body) => this.#call(method, path, body));
  readonly alerts = remoteAlerts((path, body) => this.#post(path, body));
  readonly tasks = remoteTasks((method, path, body) => this.#call(method, path, body));
  readonly notes = remoteNotes((path, body) => this.#post(path, body));
  readonly pauses = remotePauses((path, body) => this.#post(path, body));
  readonly #file: InstanceFile;

  constructor(file: InstanceFile) {
    this.#file = file;
  }

  async run(request: object): ReturnType<DirectInstance["run"]> {
    return createTaskAnswer.parse(await this.#post("/api/tasks", request)).tasks;
  }

  async send(topic: string, messages: readonly string[], who: ByHand): Promise<void> {
    const path = `/api/topics/${encodeURIComponent(topic)}/messages`;
    for (const part of parts(messages)) {
      const { sent } = publishAnswer.parse(await this.#post(path, { messages: part, ...who }));
      if (sent !== part.length)
        throw new InstanceError("not_all", `The instance accepted ${sent} of ${part.length} lines.`);
    }
  }

  async redrive(ids: readonly number[] | "all", payload: string | null, who: ByHand): Promise<number> {
    return redriveAnswer.parse(await this.#post("/api/dead-letters/redrive", { ids, payload, ...who })).redriven;
  }

  async redriveFiles(request: RedriveFilesRequest): ReturnType<DirectInstance["redriveFiles"]> {
    return redriveFilesAnswer.parse(await this.#post("/api/files/redrive", request));
  }

  async finishFiles(request: FinishFilesRequest): ReturnType<DirectInstance["finishFiles"]> {
    return finishFilesAnswer.parse(await this.#post("/api/files/finish", request));
  }

  async acceptRemoval(who: ByHand): Promise<readonly string[]> {
    return acceptWorkflowsAnswer.parse(await this.#post("/api/workflows/accept", who)).removed;
  }

  readonly backfills: DirectInstance["backfills"] = {
    create: async (request) => createBackfillAnswer.parse(await this.#post("/api/backfills", request)),
    change: async ({ id, act, ...request }) =>
      changeBackfillAnswer.parse(await this.#post(`/api/backfills/${id}/${act}`, request)),
  };

  async drain(request: DrainRequest): Promise<DrainAnswer> {
    return drainAnswer.parse(await this.#post("/api/workers/drain", request));
  }

  async reveal({ record, ...request }: RevealRequest): Promise<RevealedTask> {
    return revealAnswer.parse(await this.#post(`/api/tasks/${record}/reveal`, request));
  }

  async close(): Promise<void> {}

  #post(path: string, request: object): Promise<unknown> {
    return this.#call("POST", path, request);
  }

  /** `by` of a request travels in a header: a body says nothing about who sends it. */
  async #call(method: "GET" | "POST" | "PUT" | "DELETE", path: string, request?: object): Promise<unknown> {
    const { url, token } = this.#file;
    const { by, ...body } = (request ?? {}) as { readonly by?: string };
    const headers = {
      authorization: `Bearer ${token}`,
      [USER_HEADER]: encodeURIComponent(by ?? currentUser()),
    };
    const sent =
      request === undefined
        ? { method, headers }
        : { method, headers: { ...headers, "content-type": "application/json" }, body: JSON.stringify(body) };
    const answer = await requestInstance(this.#file, path, sent).catch((error: unknown) => {
      throw new InstanceError(
        "gone",
        `The instance at ${url} stopped answering (${String(error)}); check whether it accepted the request.`,
      );
    });
    const json: unknown = await answer.json();
    if (answer.ok) return json;
    const { code, detail } = json as Partial<Problem>;
    throw new InstanceError(code ?? "refused", detail ?? `The instance at ${url} answered ${answer.status}.`);
  }
}

/** Splits lines into groups that fit one request. */
function* parts(lines: readonly string[]): Generator<readonly string[]> {
  let part: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(JSON.stringify(line));
    if (part.length > 0 && (part.length >= MESSAGES_MAX || bytes + size > SEND_BYTES)) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(line);
    bytes += size;
  }
  if (part.length > 0) yield part;
}
