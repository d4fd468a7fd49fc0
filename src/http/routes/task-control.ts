import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import {
  actedAnswer,
  cancelTasksRequest,
  jobAnswer,
  jobRequest,
  markTasksRequest,
  retryTasksRequest,
} from "../../contract/api/task-control-api.ts";
import type { TaskControl } from "../../engine/steering/task-control.ts";

/** Routes that act on tasks, for the command line on the same machine; the scope has the guard. */
export function taskControlRoutes(scope: FastifyInstance, tasks: TaskControl): void {
  const api = scope.withTypeProvider<ZodTypeProvider>();
  const answers = { response: { 200: actedAnswer } };
  api.post("/api/tasks/retry", { schema: { body: retryTasksRequest, ...answers } }, async ({ body }) => ({
    tasks: await tasks.retry(body),
  }));
  api.post("/api/tasks/cancel", { schema: { body: cancelTasksRequest, ...answers } }, async ({ body }) => ({
    tasks: await tasks.cancel(body),
  }));
  api.post("/api/tasks/job", { schema: { body: jobRequest, response: { 200: jobAnswer } } }, ({ body }) =>
    tasks.job(body),
  );
  api.post("/api/tasks/mark", { schema: { body: markTasksRequest, ...answers } }, async ({ body }) => ({
    tasks: await tasks.mark(body),
  }));
}
