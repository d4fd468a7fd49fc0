import {
  drainAnswer,
  drainRequest,
  pauseAnswer,
  pauseRequest,
  resumeAnswer,
  resumeRequest,
} from "../../contract/api/pause-api.ts";
import { route } from "../api/route.ts";
import { requestTime } from "../request-time.ts";

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/pause",
    summary: "Pause a phase, or all: nothing of it is started, whatever the trigger.",
    role: "operator",
    body: pauseRequest,
    answer: pauseAnswer,
    async handle({ body, caller }, { acts }) {
      const request = { ...body, until: requestTime("until", body.until), by: caller.name };
      return { paused: [...(await acts.pauses.pause(request))] };
    },
  }),
  route({
    method: "POST",
    path: "/api/resume",
    summary: "End a pause.",
    role: "operator",
    body: resumeRequest,
    answer: resumeAnswer,
    async handle({ body, caller }, { acts }) {
      const { resumed, dropped, still_paused: still } = await acts.pauses.resume({ ...body, by: caller.name });
      return { resumed: [...resumed], dropped, still_paused: [...still] };
    },
  }),
  route({
    method: "POST",
    path: "/api/drain",
    summary: "Let the workers of this instance take no more tasks, or take them again.",
    role: "operator",
    body: drainRequest,
    answer: drainAnswer,
    handle: ({ body, caller }, { acts }) => acts.drain({ ...body, by: caller.name }),
  }),
];
