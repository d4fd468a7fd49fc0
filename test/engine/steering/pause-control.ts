import type { TickScheduler } from "../../../src/engine/fire-ticks.ts";
import { releaseHeld } from "../../../src/engine/release-held.ts";
import { endPauses, pauseControl, type PauseControl } from "../../../src/engine/steering/pauses.ts";
import type { Rig } from "../rig/rig.ts";

export const WAYS_IN = { files: "/in/*.csv", dependsOn: "root" };
export const HOURLY = { cron: "0 * * * *" };
export const A = { type: "a", job: null, workflow: null };
export const ALL = { type: null, job: null, workflow: null };
export const ANN = { by: "ann", reason: "new disk" };

/** Pauses that are in force at once, as those of a running instance. */
export function control(rig: Rig, scheduler: TickScheduler | null = null): PauseControl {
  return pauseControl(rig.context, () => settle(rig, scheduler));
}

export async function settle(rig: Rig, scheduler: TickScheduler | null = null): Promise<void> {
  const { graph } = await rig.reload();
  await scheduler?.load(graph);
  while (await releaseHeld(rig.context));
}

/** A turn of the instance. */
export async function turn(rig: Rig, scheduler: TickScheduler | null = null): Promise<void> {
  if ((await endPauses(rig.context)).ended) await settle(rig, scheduler);
  while (await releaseHeld(rig.context));
}
