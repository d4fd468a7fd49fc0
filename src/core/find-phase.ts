import { taskName, type Finding } from "./finding.ts";
import { nearName } from "./near-name.ts";
import type { Phase, WorkflowGraph } from "./phase.ts";
import { clipped, instantText, named } from "./phrases.ts";
import type { StoredWorkflow } from "./why-not-facts.ts";

export interface PhaseAsk {
  readonly type: string;
  /** Null: the phase without a job, or else the only one of the type. */
  readonly job: string | null;
  /** Null: any. */
  readonly workflow: string | null;
}

/** The phases in force that are meant: several only when a file has the same one more than once. Else why there is none. */
export function findPhases(
  ask: PhaseAsk,
  graph: WorkflowGraph,
  workflows: readonly StoredWorkflow[],
): readonly Phase[] | Finding[] {
  const ofType = graph.phases.filter(
    (phase) => phase.type === ask.type && (ask.workflow === null || phase.workflow === ask.workflow),
  );
  const plain = ofType.filter((phase) => phase.job === (ask.job ?? ""));
  const found = plain.length > 0 || ask.job !== null ? plain : ofType;
  if (found.length === 0) return unknown(ask, ofType, graph, workflows);
  const names = new Set(found.map((phase) => `${taskName(phase)} of ${phase.workflow}`));
  if (names.size === 1) return found;
  const choices = found.map(({ type, job, workflow, line }) => ({ type, job, workflow, line }));
  return [
    {
      code: "phase_ambiguous",
      data: { choices },
      sentence: `${askName(ask)} may be ${clipped([...names], 8)}: name the job (TYPE:JOB) or the workflow`,
    },
  ];
}

export function isFindings(found: readonly Phase[] | Finding[]): found is Finding[] {
  return found.length === 0 || "sentence" in (found[0] ?? {});
}

function askName({ type, job, workflow }: PhaseAsk): string {
  return `\`${taskName({ type: named(type), job: job ?? "" })}\`${workflow === null ? "" : ` of ${named(workflow)}`}`;
}

function unknown(
  ask: PhaseAsk,
  ofType: readonly Phase[],
  graph: WorkflowGraph,
  workflows: readonly StoredWorkflow[],
): Finding[] {
  const files = workflows.filter((file) => ask.workflow === null || file.name === ask.workflow);
  const found: Finding[] = [];
  for (const file of files) {
    for (const phase of file.phases) {
      const at = phase.removed_at ?? file.gone_at;
      if (phase.type !== ask.type || (ask.job !== null && phase.job !== ask.job) || at === null) continue;
      const sentence =
        phase.removed_at === null
          ? `${file.name}, which has \`${phase.task}\`, is not there any more since ${instantText(at)}`
          : `\`${phase.task}\` was removed from ${file.name} at ${instantText(at)}`;
      found.push({
        code: "phase_removed",
        data: { workflow: file.name, phase_id: phase.id, removed_at: at },
        sentence,
      });
    }
  }
  if (found.length === 0) found.push(neverThere(ask, ofType, graph));
  if (ask.workflow !== null && files.length === 0)
    found.push({
      code: "workflow_unknown",
      data: { workflow: ask.workflow },
      sentence: `no workflow file ${named(ask.workflow)} was ever read`,
    });
  return [...found, ...files.flatMap(brokenFile)];
}

function neverThere(ask: PhaseAsk, ofType: readonly Phase[], graph: WorkflowGraph): Finding {
  const names = [...new Set((ofType.length > 0 ? ofType : graph.phases).map(taskName))];
  const near = ofType.length > 0 ? null : nearName(taskName({ type: ask.type, job: ask.job ?? "" }), names);
  const hint =
    ofType.length > 0
      ? `; there is ${clipped(names, 8)}`
      : near === null
        ? names.length === 0
          ? "; no phase at all is in force"
          : ""
        : `; did you mean \`${near}\`?`;
  return { code: "phase_unknown", data: { near }, sentence: `no phase ${askName(ask)} is in force${hint}` };
}

/** What is in force is not what the file says now. */
export function brokenFile(file: StoredWorkflow): Finding[] {
  if (file.accepted || file.gone_at !== null) return [];
  const outcome =
    file.version_id === 0 ? "none of its phases run" : `version ${file.version_id}, the last good one, is in force`;
  const fault = file.fault === null ? "" : ` (${named(file.fault)})`;
  return [
    {
      code: "workflow_broken",
      data: { workflow: file.name, version: file.version_id, fault: file.fault },
      sentence: `${file.name} was not taken as it is since ${instantText(file.loaded_at)}${fault}: ${outcome}`,
    },
  ];
}
