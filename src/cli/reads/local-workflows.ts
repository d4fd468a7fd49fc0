import { buildGraph } from "../../core/workflow/graph.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import { parseWorkflowFile } from "../../core/workflow/workflow-file.ts";
import type { LocalParts } from "./local-parts.ts";

interface LocalPhases {
  /** Of all files, in their order. */
  readonly phases: readonly Phase[];
  /** Those of them that wait for files. */
  readonly waitingForFiles: readonly Phase[];
  /** Files that are left out because of their errors. */
  readonly rejected: readonly string[];
}

/** The phases of workflow files as they are. Throws WorkflowPathError or ObjectError. */
export async function localPhases(
  path: string | undefined,
  { options, zone, now }: Pick<LocalParts, "options" | "zone" | "now">,
): Promise<LocalPhases> {
  const { readWorkflows } = await import("../../app/offline.ts");
  const files: { name: string; phases: readonly Phase[] }[] = [];
  const rejected: string[] = [];
  for (const file of await readWorkflows(options, path)) {
    const parsed = parseWorkflowFile(file.name, file.source, { zone, now: now() });
    const refused = file.error !== null || !parsed.accepted;
    if (refused && (file.isMeant || parsed.hasPhases)) rejected.push(file.name);
    else files.push({ name: file.name, phases: parsed.phases });
  }
  const phases = files.flatMap((file) => file.phases);
  return { phases, waitingForFiles: buildGraph(files).waitingForFiles, rejected };
}
