import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import {
  acceptWorkflowsAnswer,
  acceptWorkflowsRequest,
  redriveAnswer,
  redriveRequest,
  runAnswer,
  runRequest,
  sendAnswer,
  sendRequest,
} from "../../contract/api/instance-api.ts";
import type { RunRequest } from "../../contract/api/instance-api.ts";
import type { CreatedTask, TaskRequest } from "../../engine/create-task.ts";
import type { AlertControl } from "../../engine/alerts/alert-control.ts";
import type { NoteControl } from "../../engine/notes/note-control.ts";
import { refuseForeign, requireToken } from "../guard.ts";
import { requestedTaskTime } from "../request-time.ts";
import type { TaskControl } from "../../engine/steering/task-control.ts";
import { alertControlRoutes } from "./alert-control.ts";
import { taskControlRoutes } from "./task-control.ts";
import type { BackloadAnswer } from "../../engine/backfill/backload.ts";
import type { BackfillControl } from "../../engine/backfill/backfill-control.ts";
import { backfillControlRoutes } from "./backfill-control.ts";
import { noteControlRoutes } from "./note-control.ts";
import { pauseControlRoutes, type SteeringControl } from "./pause-control.ts";
import { fileControlRoutes, type FinishFiles, type RedriveFiles } from "./file-control.ts";

/** What the command line can request of the running instance. Each resolves when it is committed. */
export interface InstanceControl extends SteeringControl {
  /** Known only to those who can read the owner's files; at least 32 characters. */
  readonly token: string;
  createTask(request: TaskRequest): Promise<readonly CreatedTask[]>;
  send(topic: string, lines: readonly string[]): Promise<void>;
  /** `payload` replaces that of the one dead letter of `ids`; null: unchanged. Returns how many were redriven. */
  redrive(ids: readonly number[] | "all", payload: string | null): Promise<number>;
  readonly alerts: AlertControl;
  readonly tasks: TaskControl;
  readonly notes: NoteControl;
  readonly backfills: BackfillControl;
  /** `POST /backload` of the older program, which has no token. */
  backload(body: string): Promise<BackloadAnswer>;
  readonly redriveFiles: RedriveFiles;
  readonly finishFiles: FinishFiles;
  /** Reloads the workflows and takes for removed what is missing. Returns the names of the files that left. */
  acceptRemoval(): Promise<readonly string[]>;
}

/** Bytes of one request with messages: a message may be large, and a request may have many. */
const MESSAGES_LIMIT = 16 * 1024 * 1024;

/** The routes of the command line on the same machine. */
export function instanceRoutes(app: FastifyInstance, control: InstanceControl, allowedHosts: readonly string[]): void {
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request) => {
      refuseForeign(request, allowedHosts);
      requireToken(request, control.token);
    });
    // A browser sends plain text across sites without a preflight request.
    scope.removeContentTypeParser("text/plain");
    const api = scope.withTypeProvider<ZodTypeProvider>();

    const run = { body: runRequest, response: { 200: runAnswer } };
    api.post("/api/run", { schema: run, bodyLimit: MESSAGES_LIMIT }, async ({ body }) => {
      const tasks = await control.createTask(taskRequest(body));
      return { tasks: tasks.map(({ recordId, ...task }) => ({ record_id: recordId, ...task })) };
    });

    const send = { body: sendRequest, response: { 200: sendAnswer } };
    api.post("/api/send", { schema: send, bodyLimit: MESSAGES_LIMIT }, async ({ body: { topic, lines } }) => {
      await control.send(topic, lines);
      return { sent: lines.length };
    });

    const redrive = { body: redriveRequest, response: { 200: redriveAnswer } };
    api.post(
      "/api/dead-letters/redrive",
      { schema: redrive, bodyLimit: MESSAGES_LIMIT },
      async ({ body: { ids, payload } }) => ({ redriven: await control.redrive(ids, payload) }),
    );

    const accept = { body: acceptWorkflowsRequest, response: { 200: acceptWorkflowsAnswer } };
    api.post("/api/workflows/accept", { schema: accept }, async () => ({
      removed: [...(await control.acceptRemoval())],
    }));
    alertControlRoutes(scope, control.alerts);
    taskControlRoutes(scope, control.tasks);
    noteControlRoutes(scope, control.notes);
    backfillControlRoutes(scope, control.backfills);
    pauseControlRoutes(scope, control);
    fileControlRoutes(scope, control.redriveFiles, control.finishFiles);
  });
}

function taskRequest({ at, ...rest }: RunRequest): TaskRequest {
  return { ...rest, at: requestedTaskTime("at", at), by: "command line" };
}
