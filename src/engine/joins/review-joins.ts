import { DAY } from "../../contract/time/time-units.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { EngineContext } from "../context.ts";
import { reviewerOf } from "./reviewer.ts";

/** An edit starts no more than that: what has waited for longer stays as it is. */
const REVIEWED_MS = DAY;

/** Decides the joins that an edit of a workflow file has changed: what is left of them may be complete now. */
export async function reviewJoins(before: readonly Phase[], context: EngineContext): Promise<void> {
  if (before.length === 0) return;
  const now = context.runtime.now();
  const known = new Map(before.map((phase) => [phase.id, phase]));
  const reviewer = await reviewerOf(context, { before: known });
  for (const { id } of before)
    context.send((await context.store.reviewJoins(id, now - REVIEWED_MS, reviewer, now)).outbox);
}
