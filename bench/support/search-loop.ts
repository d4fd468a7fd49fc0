import { SearchIndexer } from "../../src/engine/index-search.ts";
import { Loop } from "../../src/services/loop.ts";
import type { Embedded } from "./embedded.ts";

/** Keeps the search index up beside the load, as in the program. */
export function searchLoop({ store, context }: Embedded): Loop {
  const { now } = context.runtime;
  let before = performance.eventLoopUtilization();
  const utilization = (): number => {
    const since = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    return since.utilization;
  };
  const indexer = new SearchIndexer({ store, now, utilization });
  return new Loop({ name: "search", now, onProblem, atLeastEveryMs: 1000, run: () => indexer.step() });
}

/** What goes wrong in a loop ends the benchmark. */
export function onProblem(name: string, error: Error): never {
  throw new Error(`${name} failed`, { cause: error });
}
