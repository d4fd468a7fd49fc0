import { buildGraph } from "../workflow/graph.ts";
import type { WorkflowGraph } from "../workflow/phase.ts";
import type { StoredWorkflow } from "./why-not-facts.ts";
import { parseWorkflowFile, type WorkflowFileOptions } from "../workflow/workflow-file.ts";

/** The workflows in force, from the database: they decide now, even when the files have changed since. */
export function storedGraph(workflows: readonly StoredWorkflow[], options: WorkflowFileOptions): WorkflowGraph {
  return buildGraph(
    workflows.flatMap(({ name, source, version_id: versionId, phases }) => {
      if (source === null) return [];
      const ids = new Map(phases.map((phase) => [phase.key, phase.id]));
      const parsed = parseWorkflowFile(name, source, options).phases;
      return [{ name, phases: parsed.map((phase) => ({ ...phase, id: ids.get(phase.key) ?? 0, versionId })) }];
    }),
  );
}
