import type { z } from "zod";
import { queryOptions } from "@tanstack/react-query";
import type { pauseAnswer, resumeAnswer } from "../../../src/contract/api/workflows/pause-api.ts";
import type { phaseAnswer } from "../../../src/contract/api/workflows/phase-api.ts";
import { ApiError, change, get } from "../../services/api.ts";
import { queryClient } from "../../services/queries.ts";
import { showToast } from "../../services/toasts.ts";
import type { PhaseName } from "../ask.ts";

type PauseAnswer = z.output<typeof pauseAnswer>;
type ResumeAnswer = z.output<typeof resumeAnswer>;

export interface Pause {
  /** RFC 3339; null: until it is resumed. */
  readonly until: string | null;
  readonly reason: string;
}

/** `load:warehouse`, `load`. */
export function phaseText({ type, job }: Pick<PhaseName, "type" | "job">): string {
  return job === "" ? type : `${type}:${job}`;
}

export type PhaseAbout = z.output<typeof phaseAnswer>;

/** A phase in force: what it does, and what it takes by hand. */
export function phaseQuery(phase: PhaseName) {
  return queryOptions({
    queryKey: ["workflows", "phase", phase],
    queryFn: ({ signal }) => get<PhaseAbout>(phasePath(phase, null), {}, signal),
    staleTime: 15_000,
  });
}

/** Of an action on this phase; null: of the phase itself. */
export function phasePath(phase: PhaseName, action: "pause" | "resume" | "trigger" | "preview" | null): string {
  // With its colon a type that is a number is no id.
  const key = encodeURIComponent(`${phase.type}:${phase.job}`);
  const path = action === null ? key : `${key}/${action}`;
  return `/api/workflows/phases/${path}?workflow=${encodeURIComponent(phase.workflow)}`;
}

/** Says that the phase is paused, and takes it back. */
export function tellPaused(phase: PhaseName): void {
  void queryClient.invalidateQueries();
  showToast(`Paused ${phaseText(phase)}.`, () => void resume(phase, null));
}

/** At once, since it can be paused again. `was`: its pause, to be put back by Undo; null: there is no way back. */
export async function resume(phase: PhaseName, was: Pause | null): Promise<void> {
  const name = phaseText(phase);
  try {
    const { still_paused: still } = await change<ResumeAnswer>("POST", phasePath(phase, "resume"), {});
    const undo = was === null ? null : (): void => void pauseAgain(phase, was);
    showToast(`Resumed ${name}.`, undo, still[0]?.because ?? null);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast(`${name} was not resumed.`, null, error.message);
  }
  void queryClient.invalidateQueries();
}

async function pauseAgain(phase: PhaseName, { until, reason }: Pause): Promise<void> {
  try {
    await change<PauseAnswer>("POST", phasePath(phase, "pause"), { until, reason });
    tellPaused(phase);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast(`${phaseText(phase)} was not paused.`, null, error.message);
  }
}

/** The pause of all phases; those that are paused one by one stay so. */
export async function resumeAll(was: Pause): Promise<void> {
  try {
    const { still_paused: still } = await change<ResumeAnswer>("POST", "/api/resume", {});
    showToast("Resumed all phases.", () => void pauseAllAgain(was), still[0]?.because ?? null);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast("The phases were not resumed.", null, error.message);
  }
  void queryClient.invalidateQueries();
}

async function pauseAllAgain({ until, reason }: Pause): Promise<void> {
  try {
    await change<PauseAnswer>("POST", "/api/pause", { until, reason });
    showToast("Paused all phases.", () => void resumeAll({ until, reason }));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast("The phases were not paused.", null, error.message);
  }
  void queryClient.invalidateQueries();
}
