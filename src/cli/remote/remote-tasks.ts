import { jobAnswer, taskActionAnswer, type ActedTasks } from "../../contract/api/tasks/task-control-api.ts";
import type { DirectInstance } from "../../app/offline.ts";

/** One request to the API of the instance; its answer's body. */
type Call = (method: "GET" | "POST", path: string, body?: object) => Promise<unknown>;

/** What people do with tasks, through the running instance. */
export function remoteTasks(call: Call): DirectInstance["tasks"] {
  const act = async (action: string, request: object): Promise<ActedTasks> =>
    taskActionAnswer.parse(await call("POST", "/api/tasks/actions", { action, ...request })).tasks;
  return {
    retry: (request) => act("retry", request),
    cancel: (request) => act("cancel", request),
    mark: (request) => act("mark", request),
    job: async ({ id, act: done, ids, begin }) => {
      if (id === null) {
        const { kind: action, ...rest } = done ?? { kind: "" };
        return jobAnswer.parse(await call("POST", "/api/jobs", { action, ...rest, ids, begin }));
      }
      const path = `/api/jobs/${id}`;
      const asks = ids.length === 0 && !begin;
      return jobAnswer.parse(await (asks ? call("GET", path) : call("POST", `${path}/tasks`, { ids, begin })));
    },
  };
}
