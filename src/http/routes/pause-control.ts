import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import { pauseAnswer, pauseRequest, resumeAnswer, resumeRequest } from "../../contract/api/pause-api.ts";
import type { PauseControl } from "../../engine/steering/pauses.ts";
import { requestTime } from "../request-time.ts";

/** The routes that pause and resume phases, for the command line on the same machine; the scope has the guard. */
export function pauseControlRoutes(scope: FastifyInstance, pauses: PauseControl): void {
  const api = scope.withTypeProvider<ZodTypeProvider>();
  const pause = { body: pauseRequest, response: { 200: pauseAnswer } };
  api.post("/api/pause", { schema: pause }, async ({ body }) => ({
    paused: [...(await pauses.pause({ ...body, until: requestTime("until", body.until) }))],
  }));
  const resume = { body: resumeRequest, response: { 200: resumeAnswer } };
  api.post("/api/resume", { schema: resume }, async ({ body }) => {
    const { resumed, dropped, still_paused: still } = await pauses.resume(body);
    return { resumed: [...resumed], dropped, still_paused: [...still] };
  });
}
