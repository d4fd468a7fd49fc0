import { pauseAnswer, resumeAnswer } from "../contract/api/pause-api.ts";
import type { DirectInstance } from "../app/offline.ts";
import { isoTime } from "./output/times.ts";

/** Pauses through the running instance. */
export function remotePauses(post: (path: string, body: object) => Promise<unknown>): DirectInstance["pauses"] {
  return {
    pause: async ({ until, ...request }) => {
      const body = { ...request, until: until === null ? null : isoTime(until) };
      return pauseAnswer.parse(await post("/api/pause", body)).paused;
    },
    resume: async (request) => resumeAnswer.parse(await post("/api/resume", request)),
  };
}
