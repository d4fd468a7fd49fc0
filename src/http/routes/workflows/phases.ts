import { createTaskAnswer } from "../../../contract/api/tasks/create-task-api.ts";
import { pauseAnswer, pauseRequest, resumeAnswer, resumeRequest } from "../../../contract/api/workflows/pause-api.ts";
import {
  phaseAnswer,
  phaseParams,
  phaseQuery,
  previewTriggerAnswer,
  previewTriggerRequest,
  triggerRequest,
} from "../../../contract/api/workflows/phase-api.ts";
import type { PhaseKey } from "../../../contract/api/workflows/phase-key.ts";
import { route } from "../../api/route.ts";
import { notesOn } from "../../../engine/notes/notes-on.ts";
import { requestedTaskTime, requestTime, timeText } from "../../request-time.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/workflows/phases/{key}",
    summary: "A phase in force: its rule in sentences, its text, what it takes by hand, and its next ticks.",
    role: "viewer",
    scope: "named",
    params: phaseParams,
    query: phaseQuery,
    answer: phaseAnswer,
    async handle({ params, query, scope }, { queries, instance, reads }) {
      const view = await queries.phase({ ...nameOf(params.key, query), links: instance.links, scope });
      const { phase, zone, words, source, inputs, parents, next, nextOf, links } = view;
      const notesOf = await notesOn("phase", [phase.id], reads);
      const { id, workflow, task, type, job, line, template, about } = phase;
      return {
        phase_id: id,
        workflow,
        task,
        type,
        job,
        line,
        zone,
        template,
        source,
        ...about,
        links: [...links],
        notes: notesOf(id),
        words: [...words],
        inputs: inputs.map(({ isRequired: required, default: fallback, choices, ...input }) => ({
          ...input,
          default: input.secret ? null : fallback,
          choices: input.secret ? [] : [...choices],
          required,
        })),
        parents: parents.map(({ name, phaseId }) => ({ name, phase_id: phaseId })),
        next_of: nextOf,
        next: next.map(({ at, taskTime, held }) => ({
          scheduled_at: timeText(at),
          task_time: taskTime,
          held: held === null ? null : { ...held, until: timeText(held.until) },
        })),
      };
    },
  }),
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
  route({
    method: "POST",
    path: "/api/workflows/phases/{key}/preview",
    summary: "The tasks that a trigger of the phase would create now. Nothing is created.",
    reads: true,
    role: "operator",
    scope: "named",
    params: phaseParams,
    query: phaseQuery,
    body: previewTriggerRequest,
    answer: previewTriggerAnswer,
    async handle({ params, query, body, scope }, { queries }) {
      const at = requestedTaskTime("at", body.at);
      const { tasks, total } = await queries.previewTrigger({ ...nameOf(params.key, query), ...body, at, scope });
      return { tasks: tasks.map(({ taskTime, ...task }) => ({ ...task, task_time: taskTime })), total };
    },
  }),
];

function nameOf(key: PhaseKey, { workflow }: { readonly workflow?: string | undefined }) {
  return { type: "", job: null, workflow: workflow ?? null, ...key };
}
