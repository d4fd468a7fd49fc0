import type {
  ActedAnswer,
  CancelTasksRequest,
  MarkTasksRequest,
  RetryTasksRequest,
} from "../../contract/api/task-control-api.ts";
import type { ActedTask } from "../../store/by-hand-store.ts";
import type { EngineContext } from "../context.ts";
import { cancelByHand, markTasks, retryTasks } from "./act-on-tasks.ts";

/** What people do with tasks; each resolves when it is committed. */
export interface TaskControl {
  retry(request: RetryTasksRequest): Promise<ActedAnswer["tasks"]>;
  cancel(request: CancelTasksRequest): Promise<ActedAnswer["tasks"]>;
  mark(request: MarkTasksRequest): Promise<ActedAnswer["tasks"]>;
}

export function taskControl(context: EngineContext): TaskControl {
  return {
    retry: async ({ ids, by, reason, children: withChildren, info, meta }) => {
      const edit = info === null && meta === null ? null : { info, meta: meta ?? "" };
      return answerOf(await retryTasks(ids, { by, reason, withChildren, edit }, context));
    },
    cancel: async ({ ids, by, reason, children: withChildren }) =>
      answerOf(await cancelByHand(ids, { by, reason, withChildren }, context)),
    mark: async ({ ids, by, reason, result }) => answerOf(await markTasks(ids, { by, reason, result }, context)),
  };
}

function answerOf(results: readonly ActedTask[]): ActedAnswer["tasks"] {
  return results.map(({ recordId, changed, refused }) => ({ record_id: recordId, changed, refused }));
}
