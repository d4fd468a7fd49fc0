import type { FileContext } from "../../core/decide/files/file-task.ts";
import type { EngineContext } from "../context.ts";

/** What decisions about files need of the running engine. */
export function fileContextOf(context: EngineContext): FileContext {
  const { runtime, taskTtl, alertOnUnmatched, openTokens } = context;
  const { host, zone, newId, shortId } = runtime;
  const graph = context.graph();
  return { graph, now: runtime.now(), host, zone, taskTtl, newId, shortId, alertOnUnmatched, openTokens };
}
