import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import {
  type DrainAnswer,
  drainAnswer,
  type DrainRequest,
  drainRequest,
  pauseAnswer,
  pauseRequest,
  resumeAnswer,
  resumeRequest,
} from "../../contract/api/pause-api.ts";
import type { PauseControl } from "../../engine/steering/pauses.ts";
import { requestTime } from "../request-time.ts";

export interface SteeringControl {
  readonly pauses: PauseControl;
  /** Resolves when the workers take no more tasks, or take them again. */
  drain(request: DrainRequest): Promise<DrainAnswer>;
}

/** The routes that pause and resume phases and drain the workers, for the command line on the same machine; the scope has the guard. */
export function pauseControlRoutes(scope: FastifyInstance, control: SteeringControl): void {
  const { pauses } = control;
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
  const draining = { body: drainRequest, response: { 200: drainAnswer } };
  api.post("/api/drain", { schema: draining }, ({ body }) => control.drain(body));
}
