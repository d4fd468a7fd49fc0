import { pauseAnswer, pauseRequest, resumeAnswer, resumeRequest } from "../../../contract/api/workflows/pause-api.ts";
import { route } from "../../api/route.ts";
import { requestTime } from "../../request-time.ts";

/** All phases, also those that come later. */
const ALL = { type: null, job: null, workflow: null };

export const ROUTES = [
  route({
    method: "POST",
    path: "/api/pause",
    summary: "Pause all phases, also those that come meanwhile: nothing is started, whatever the trigger.",
    role: "operator",
    body: pauseRequest,
    answer: pauseAnswer,
    async handle({ body, caller }, { acts }) {
      const request = { ...ALL, ...body, until: requestTime("until", body.until), by: caller.name };
      return { paused: [...(await acts.pauses.pause(request))] };
    },
  }),
  route({
    method: "POST",
    path: "/api/resume",
    summary: "End the pause of all phases; those that are paused one by one stay so.",
    role: "operator",
    body: resumeRequest,
    answer: resumeAnswer,
    async handle({ body, caller }, { acts }) {
      const { resumed, dropped, still_paused: still } = await acts.pauses.resume({ ...ALL, ...body, by: caller.name });
      return { resumed: [...resumed], dropped, still_paused: [...still] };
    },
  }),
];
