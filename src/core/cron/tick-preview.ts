import type { WallMs } from "../../contract/time/wall-ms.ts";
import { BatchError } from "../decide/batch.ts";
import type { Effects } from "../decide/effects.ts";
import { decideTick, tickTaskTime, type TickContext } from "../decide/on-tick.ts";
import type { Phase } from "../workflow/phase.ts";

/** What a coming tick would make now. */
export interface TickPreview {
  readonly taskTime: WallMs | null;
  /** Of its first task. */
  readonly info: string;
  /** Null: more than the `maxTasks` of the context. */
  readonly tasks: number | null;
  /** Why there is no task; empty when there is one, or when something holds the phase. */
  readonly reason: string;
}

export function tickPreview(phase: Phase, at: number, isHeld: boolean, context: Omit<TickContext, "now">): TickPreview {
  if (isHeld) return { taskTime: tickTaskTime(phase, at, context.zone), info: "", tasks: 0, reason: "" };
  const effects = effectsOf(phase, at, context);
  if (effects === null) return { taskTime: tickTaskTime(phase, at, context.zone), info: "", tasks: null, reason: "" };
  const [task] = effects.tasks;
  return {
    taskTime: task?.taskTime ?? null,
    info: task?.message.info ?? "",
    tasks: effects.tasks.length,
    reason: task === undefined ? (effects.alerts[0]?.message ?? "its batch has no rows") : "",
  };
}

function effectsOf(phase: Phase, at: number, context: Omit<TickContext, "now">): Effects | null {
  try {
    return decideTick(phase, { phaseId: phase.id, scheduledAt: at }, new Map(), { ...context, now: at });
  } catch (error) {
    if (error instanceof BatchError) return null;
    throw error;
  }
}
