import { withPauses, type GraphFile } from "../../core/workflow/graph.ts";
import type { WorkflowGraph } from "../../core/workflow/phase.ts";
import type { Pause } from "../../store/pauses.ts";

/** The graph with the phases that people paused: the same object while neither files nor pauses change. */
export class PausedGraph {
  #last: { readonly of: WorkflowGraph; readonly key: string; readonly graph: WorkflowGraph } | null = null;

  /** `files` are those that the graph was built of. */
  of(graph: WorkflowGraph, files: readonly GraphFile[], pauses: readonly Pause[]): WorkflowGraph {
    const ids = new Set(pauses.map(({ phaseId }) => phaseId));
    const key = [...ids].join();
    if (this.#last?.of !== graph || this.#last.key !== key)
      this.#last = { of: graph, key, graph: withPauses(files, ids) };
    return this.#last.graph;
  }
}
