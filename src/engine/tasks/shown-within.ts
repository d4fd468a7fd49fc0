import { isInScope, type Scope } from "../../contract/api/access/scope.ts";
import { findPhases, type PhaseQuery } from "../../core/why/find-phase.ts";
import { parentPhases } from "../../core/why/why-not.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { DistantTask } from "../../store/lineage-queries.ts";
import type { ReadStore } from "../../store/store.ts";
import { OutOfScopeError } from "../access/out-of-scope.ts";

/** The tasks of a lineage that are in the scope, and how they hang together without the others. */
export function tasksWithin(tasks: readonly DistantTask[], scope: Scope | null): readonly DistantTask[] {
  if (scope === null) return tasks;
  const seen = tasks.filter((task) => isInScope(scope, task));
  const ids = new Set(seen.map((task) => task.record_id));
  return seen.map((task) => ({
    ...task,
    parent_id: task.parent_id !== null && ids.has(task.parent_id) ? task.parent_id : null,
    joined: task.joined.filter((id) => ids.has(id)),
  }));
}

type Lineage = Pick<ReadStore["lineage"], "whyNot" | "workflows" | "pauses">;

/** Of the stored files those that are in the scope. */
export function lineageWithin(lineage: Lineage, scope: Scope): Lineage {
  return {
    whyNot: (needs) => lineage.whyNot(needs),
    pauses: () => lineage.pauses(),
    workflows: async () => (await lineage.workflows()).filter(({ name }) => isInScope(scope, { workflow: name })),
  };
}

/**
 * Why a phase has no task is often what became of its parents' tasks. Where one of those that it hangs on is out of the scope the
 * answer would tell of it, or would be wrong without it. Throws OutOfScopeError.
 */
export function refuseForeignParents(query: PhaseQuery, graph: WorkflowGraph, scope: Scope): void {
  const visited = new Set<Phase>(findPhases(query, graphWithin(graph, scope)));
  for (const phase of visited) {
    for (const index of phase.dependsOn.keys()) {
      for (const parent of parentPhases(phase, index, graph)) {
        if (!isInScope(scope, parent))
          throw new OutOfScopeError(`${phase.task} of ${phase.workflow} follows tasks that are out of your scope.`);
        visited.add(parent);
      }
    }
  }
}
