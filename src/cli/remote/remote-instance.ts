import { backUpAnswer, backupAnswer } from "../../contract/api/instance/backup-api.ts";
import { changeBackfillAnswer, createBackfillAnswer } from "../../contract/api/workflows/backfill-api.ts";
import {
  finishFilesAnswer,
  redriveFilesAnswer,
  type FinishFilesRequest,
  type RedriveFilesRequest,
} from "../../contract/api/file-api.ts";
import { acceptWorkflowsAnswer, redriveAnswer } from "../../contract/api/instance-api.ts";
import { revealAnswer, type RevealedTask, type RevealRequest } from "../../contract/api/tasks/reveal-api.ts";
import { createTaskAnswer } from "../../contract/api/tasks/create-task-api.ts";
import type { ByHand } from "../../contract/api/from-person.ts";
import { MESSAGES_MAX, publishAnswer } from "../../contract/api/topic-api.ts";
import { type DrainAnswer, drainAnswer, type DrainRequest } from "../../contract/api/tasks/worker-api.ts";
import type { DirectInstance } from "../../app/offline.ts";
import type { Instance, RunningInstance } from "../instance-acts.ts";
import { type ApiClient, InstanceError, type Method } from "./api-client.ts";
import { remoteAccess } from "./remote-access.ts";
import { remoteAlerts } from "./remote-alerts.ts";
import { remoteNotes } from "./remote-notes.ts";
import { remotePauses } from "./remote-pauses.ts";
import { remoteRestore } from "../backup/remote-restore.ts";
import { remoteRetention } from "./remote-retention.ts";
import { remoteTasks } from "./remote-tasks.ts";

/** Bytes of lines in one request, well below the limit of the route. */
const SEND_BYTES = 8 * 1024 * 1024;

/** What people change, through the API of a running instance. */
export class RemoteInstance implements Instance, RunningInstance {
  readonly isRunning = true;
  readonly access = remoteAccess((method, path, body) => this.#call(method, path, body));
  readonly alerts = remoteAlerts((path, body) => this.#post(path, body));
  readonly tasks = remoteTasks((method, path, body) => this.#call(method, path, body));
  readonly notes = remoteNotes((path, body) => this.#post(path, body));
  readonly retention = remoteRetention((method, path, body) => this.#call(method, path, body));
  readonly restore = remoteRestore((method, path, body) => this.#call(method, path, body));
  readonly pauses = remotePauses((path, body) => this.#post(path, body));
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
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

  readonly backups: DirectInstance["backups"] = {
    begin: async () => backUpAnswer.parse(await this.#post("/api/backup", {})),
    show: async (id) => backupAnswer.parse(await this.#call("GET", `/api/backups/${encodeURIComponent(id)}`)).backup,
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

  /** Who asks is known by the key or token: a body says nothing about it. */
  async #call(method: Method, path: string, request?: object): Promise<unknown> {
    if (request === undefined) return await this.#client.json(method, path);
    const { by: _by, ...body } = request as { readonly by?: string };
    return await this.#client.json(method, path, body);
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
