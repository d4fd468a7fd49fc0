import type { ChildContext } from "../../core/decide/children.ts";
import type { EngineContext } from "../context.ts";

/** To decide joins without a message. */
export async function joinContext(context: EngineContext, now: number): Promise<ChildContext> {
  const { runtime, taskTtl, openTokens } = context;
  const graph = context.graph();
  const { host, zone, shortId } = runtime;
  const metaRows = await context.metaFiles.load(graph.phases.filter((phase) => phase.joinPlan !== null));
  return { graph, now, metaRows, host, zone, shortId, taskTtl, openTokens };
}
