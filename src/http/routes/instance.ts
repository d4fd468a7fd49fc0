import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { runAnswer, runRequest, sendAnswer, sendRequest } from "../../contract/instance-api.ts";
import type { RunAnswer, RunRequest } from "../../contract/instance-api.ts";
import { refuseForeign, requireToken } from "../guard.ts";

/** What the command line may have the running instance do. */
export interface InstanceControl {
  /** Known only to who can read the owner's files; at least 32 characters. */
  readonly token: string;
  createTask(request: RunRequest): Promise<RunAnswer>;
  /** Resolves when the lines are taken over for good. */
  send(topic: string, lines: readonly string[]): Promise<void>;
}

/** Bytes of one request: a message may be large, and lines come many at a time. */
const BODY_LIMIT = 16 * 1024 * 1024;

/** `POST /api/run` and `POST /api/send`, for the command line on the same machine. */
export function instanceRoutes(app: FastifyInstance, control: InstanceControl, allowedHosts: readonly string[]): void {
  app.register(async (scope) => {
    scope.addHook("onRequest", async (request) => {
      refuseForeign(request, allowedHosts);
      requireToken(request, control.token);
    });
    // A form or plain text is what a browser sends across sites without asking first.
    scope.removeContentTypeParser("text/plain");
    const api = scope.withTypeProvider<ZodTypeProvider>();
    api.post("/api/run", { schema: { body: runRequest, response: { 200: runAnswer } } }, (request) =>
      control.createTask(request.body),
    );
    api.post(
      "/api/send",
      { bodyLimit: BODY_LIMIT, schema: { body: sendRequest, response: { 200: sendAnswer } } },
      async (request) => {
        const { topic, lines } = request.body;
        await control.send(topic, lines);
        return { sent: lines.length };
      },
    );
  });
}
