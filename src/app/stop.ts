import { toError } from "../contract/to-error.ts";

/** Stops one part of the instance. */
export interface StopStep {
  readonly name: string;
  readonly stop: () => Promise<void>;
  /** How long (ms) it may take before the next begins; default 2 s. */
  readonly withinMs?: number;
  /** It has its own time, and takes none of the others': they have what is left without it. */
  readonly isApart?: boolean;
}

/** Steps in the order in which the parts were started; those of a list are stopped together. */
export type StopSteps = (StopStep | readonly StopStep[])[];

/** After this long (ms) a process that was told to stop is ended as it is. */
export const STOP_WITHIN_MS = 10_000;
const STEP_MS = 2000;
/** What all steps have together: the rest is for the process to end by itself. */
const STEPS_MS = 9000;
/** So much (ms) each step gets in any case. */
const LEAST_MS = 100;

/**
 * Tries every step, the last first, whatever becomes of those before: a step that does not end in time is left behind.
 * Nothing is lost with it, because nothing is acknowledged before it is committed. Returns whether all of them ended well.
 */
export async function stopAll(steps: StopSteps, report: (sentence: string) => void): Promise<boolean> {
  let deadline = performance.now() + STEPS_MS;
  let isWell = true;
  for (const step of steps.toReversed()) {
    const together = "stop" in step ? [step] : step;
    const began = performance.now();
    const leftMs = (one: StopStep): number => (one.isApart === true ? Infinity : deadline - began);
    const ended = await Promise.all(together.map((one) => stopOne(one, leftMs(one), report)));
    if (together.some(({ isApart }) => isApart)) deadline += performance.now() - began;
    isWell &&= ended.every(Boolean);
  }
  return isWell;
}

async function stopOne(
  { name, stop, withinMs = STEP_MS }: StopStep,
  leftMs: number,
  report: (sentence: string) => void,
) {
  const limit = Math.max(LEAST_MS, Math.min(withinMs, leftMs));
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(late.resolve, limit, "late");
  try {
    if ((await Promise.race([stop(), late.promise])) !== "late") return true;
    report(`Stopping ${name} took longer than ${(limit / 1000).toFixed(1)} seconds: it is left behind.`);
  } catch (error) {
    report(`Stopping ${name} failed: ${toError(error).message}`);
  } finally {
    clearTimeout(timer);
  }
  return false;
}
