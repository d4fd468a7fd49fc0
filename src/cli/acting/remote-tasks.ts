import { actedAnswer, jobAnswer } from "../../contract/api/task-control-api.ts";
import type { DirectInstance } from "../../app/offline.ts";

/** What people do with tasks, through the running instance. */
export function remoteTasks(post: (path: string, body: object) => Promise<unknown>): DirectInstance["tasks"] {
  const act = async (path: string, body: object) => actedAnswer.parse(await post(path, body)).tasks;
  return {
    retry: (request) => act("/api/tasks/retry", request),
    cancel: (request) => act("/api/tasks/cancel", request),
    job: async ({ act: whole, ...request }) => {
      const { by, ...act } = whole ?? ({} as { readonly by?: string });
      return jobAnswer.parse(await post("/api/tasks/job", { ...request, act: whole === null ? null : act, by }));
    },
    mark: (request) => act("/api/tasks/mark", request),
  };
}
