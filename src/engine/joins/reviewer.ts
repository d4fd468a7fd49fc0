import type { JoinReviewer } from "../../core/decide/decider.ts";
import { joinReviewer, type JoinReview } from "../../core/decide/joins/review.ts";
import type { EngineContext } from "../context.ts";

/** Decides joins without a message, by the workflows in force now. */
export async function reviewerOf(context: EngineContext, review?: JoinReview): Promise<JoinReviewer> {
  const { runtime, taskTtl, openTokens } = context;
  const graph = context.graph();
  const { host, zone, shortId } = runtime;
  const metaRows = await context.metaFiles.load(graph.phases.filter((phase) => phase.joinPlan !== null));
  return joinReviewer({ graph, now: runtime.now(), metaRows, host, zone, shortId, taskTtl, openTokens }, review);
}
