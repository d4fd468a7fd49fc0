import { pauseAnswer, resumeAnswer } from "../../contract/api/workflows/pause-api.ts";
import { phaseKeyText } from "../../contract/api/workflows/phase-key.ts";
import type { DirectInstance } from "../../app/offline.ts";
import { isoTime } from "../output/times.ts";

/** Pauses through the running instance. */
export function remotePauses(post: (path: string, body: object) => Promise<unknown>): DirectInstance["pauses"] {
  return {
    pause: async ({ until, reason, by, ...scope }) => {
      const body = { reason, by, until: until === null ? null : isoTime(until) };
      return pauseAnswer.parse(await post(pathOf("pause", scope), body)).paused;
    },
    resume: async ({ drop, reason, by, ...scope }) =>
      resumeAnswer.parse(await post(pathOf("resume", scope), { drop, reason, by })),
  };
}

interface Scope {
  readonly type: string | null;
  readonly job: string | null;
  readonly workflow: string | null;
}

function pathOf(act: "pause" | "resume", { type, job, workflow }: Scope): string {
  if (type === null) return `/api/${act}`;
  const file = workflow === null ? "" : `?workflow=${encodeURIComponent(workflow)}`;
  return `/api/workflows/phases/${encodeURIComponent(phaseKeyText({ type, job }))}/${act}${file}`;
}
