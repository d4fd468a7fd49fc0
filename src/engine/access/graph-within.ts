import { isInScope, type Scope } from "../../contract/api/access/scope.ts";
import type { Phase, WorkflowGraph } from "../../core/workflow/phase.ts";

/** The workflows in force as who has only a part of the instance sees them: the other phases do not exist. */
export function graphWithin(graph: WorkflowGraph, scope: Scope | null): WorkflowGraph {
  if (scope === null) return graph;
  const isIn = (phase: Phase): boolean => isInScope(scope, phase);
  const phases = graph.phases.filter(isIn);
  return {
    phases,
    byId: new Map(phases.map((phase) => [phase.id, phase])),
    // In the order of their files: the first one that is seen, also where an earlier file has the phase too.
    phaseOf: (type, job, workflow) =>
      phases.find(
        (phase) => phase.type === type && phase.job === job && (workflow === "" || phase.workflow === workflow),
      ) ?? null,
    childrenOf: (type, job, workflow) => graph.childrenOf(type, job, workflow).filter(isIn),
    scheduled: graph.scheduled.filter(isIn),
    waitingForFiles: graph.waitingForFiles.filter(isIn),
  };
}
