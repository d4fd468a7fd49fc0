import type { FileContext } from "../../core/decide/files/file-task.ts";
import type { EngineContext } from "../context.ts";

/** What decisions about files need of the running engine. */
/** `now` is that of the transaction: a task that is due later than its own transaction would wait. */
export function fileContextOf(context: EngineContext, now: number): FileContext {
  const { runtime, taskTtl, alertOnUnmatched, openTokens, listFolder } = context;
  const { host, zone, newId, shortId } = runtime;
  const graph = context.graph();
  return { graph, now, host, zone, taskTtl, newId, shortId, alertOnUnmatched, openTokens, listFolder };
}
