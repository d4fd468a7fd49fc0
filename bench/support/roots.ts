import { HOUR } from "../../src/contract/time/time-units.ts";
import { decideTick } from "../../src/core/decide/on-tick.ts";
import type { NewTask } from "../../src/core/decide/effects.ts";
import type { Phase } from "../../src/core/workflow/phase.ts";
import type { EngineContext } from "../../src/engine/context.ts";

const NO_ROWS = (): Error => new Error("no meta file here");

/** `count` tasks of a phase as ticks would make them, but all at once. */
export function rootTasks(phase: Phase, count: number, context: EngineContext): NewTask[] {
  const { runtime, taskTtl } = context;
  const { newId, shortId, host, zone } = runtime;
  const now = runtime.now();
  const tick = { phaseId: phase.id, scheduledAt: Math.floor(now / HOUR) * HOUR };
  const tasks: NewTask[] = [];
  for (let index = 0; index < count; index += 1) {
    const effects = decideTick(phase, tick, new Map(), {
      now,
      taskTtl,
      metaRows: NO_ROWS,
      newId,
      shortId,
      host,
      zone,
    });
    for (const task of effects.tasks) tasks.push({ ...task, origin: "manual", scheduledAt: null });
  }
  return tasks;
}
