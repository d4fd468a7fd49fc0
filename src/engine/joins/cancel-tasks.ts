import type { DecisionCode } from "../../core/decide/effects.ts";
import { joinReviewer } from "../../core/decide/joins/review.ts";
import type { EngineContext } from "../context.ts";
import { joinContext } from "./join-context.ts";

/** Why tasks are cancelled: the decision of each. */
export interface CancelReason {
  readonly code: DecisionCode;
  /** 0: of no phase in particular. */
  readonly phaseId: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Cancels those of these records that are unfinished, whatever they wait for, and returns their ids. For the joins that wait for
 * them they count as failed for good, so that the child of `join_when = "all_done"` goes out with the same transaction. A
 * message that a worker has already is not recalled.
 */
export async function cancelTasks(
  recordIds: readonly number[],
  { code, phaseId, data }: CancelReason,
  context: EngineContext,
): Promise<readonly number[]> {
  const now = context.runtime.now();
  const reviewer = joinReviewer(await joinContext(context, now));
  const why = { code, phaseId, taskTime: null, data };
  const { cancelled, outbox } = await context.store.cancelTasks(recordIds, why, reviewer, now);
  context.send(outbox);
  return cancelled;
}
