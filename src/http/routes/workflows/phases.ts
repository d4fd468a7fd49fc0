import { createTaskAnswer } from "../../../contract/api/tasks/create-task-api.ts";
import { pauseAnswer, pauseRequest, resumeAnswer, resumeRequest } from "../../../contract/api/workflows/pause-api.ts";
import { phaseParams, phaseQuery, triggerRequest } from "../../../contract/api/workflows/phase-api.ts";
import type { PhaseKey } from "../../../contract/api/workflows/phase-key.ts";
import { route } from "../../api/route.ts";
import { requestedTaskTime, requestTime } from "../../request-time.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/workflows/phases/{key}/pause",
    summary: "Pause a phase: nothing of it is started, whatever the trigger; what comes is kept.",
    role: "operator",
    scope: "named",
    params: phaseParams,
    query: phaseQuery,
    body: pauseRequest,
    answer: pauseAnswer,
    async handle({ params, query, body, caller, scope }, { acts }) {
      const until = requestTime("until", body.until);
      const paused = await acts.pauses.pause({ ...nameOf(params.key, query), ...body, until, by: caller.name, scope });
      return { paused: [...paused] };
    },
  }),
  route({
    method: "POST",
    path: "/api/workflows/phases/{key}/resume",
    summary: "End the pause of a phase: what was kept starts.",
    role: "operator",
    scope: "named",
    params: phaseParams,
    query: phaseQuery,
    body: resumeRequest,
    answer: resumeAnswer,
    async handle({ params, query, body, caller, scope }, { acts }) {
      const request = { ...nameOf(params.key, query), ...body, by: caller.name, scope };
      const { resumed, dropped, still_paused: still } = await acts.pauses.resume(request);
      return { resumed: [...resumed], dropped, still_paused: [...still] };
    },
  }),
  route({
    method: "POST",
    path: "/api/workflows/phases/{key}/trigger",
    summary: "Create the tasks that a phase would create for a task time, now.",
    creates: true,
    role: "operator",
    scope: "named",
    params: phaseParams,
    query: phaseQuery,
    body: triggerRequest,
    answer: createTaskAnswer,
    async handle({ params, query, body, caller, scope }, { acts }) {
      const at = requestedTaskTime("at", body.at);
      const made = await acts.triggerPhase({ ...nameOf(params.key, query), ...body, at, by: caller.name, scope });
      return { tasks: made.map(({ recordId, ...task }) => ({ record_id: recordId, ...task })) };
    },
  }),
];

function nameOf(key: PhaseKey, { workflow }: { readonly workflow?: string | undefined }) {
  return { type: "", job: null, workflow: workflow ?? null, ...key };
}
