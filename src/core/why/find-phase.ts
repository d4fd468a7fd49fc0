import { isForeign } from "../workflow/phase/parent-ref.ts";
import type { Finding } from "./finding.ts";
import { taskName } from "../task/task-name.ts";
import { nearName } from "../text/near-name.ts";
import { isMadeBy, type Phase, type WorkflowGraph } from "../workflow/phase.ts";
import { clipped, instantText, named } from "./phrases.ts";
import type { StoredWorkflow, WorkflowStatus } from "./why-not-facts.ts";

export interface PhaseQuery {
  readonly type: string;
  /** Null: the phase without a job, or else the only one of the type. */
  readonly job: string | null;
  /** Null: any. */
  readonly workflow: string | null;
}

/** The phases in force that the query may mean. None: `whyNoPhase` explains it. */
export function findPhases(query: PhaseQuery, graph: WorkflowGraph): readonly Phase[] {
  const ofType = phasesOfType(query, graph);
  const plain = ofType.filter((phase) => phase.job === (query.job ?? ""));
  return plain.length > 0 || query.job !== null ? plain : ofType;
}

function phasesOfType(query: PhaseQuery, graph: WorkflowGraph): readonly Phase[] {
  return graph.phases.filter(
    (phase) => phase.type === query.type && (query.workflow === null || phase.workflow === query.workflow),
  );
}

/** Several phases are ambiguous, unless one file has the same one more than once. */
export function ambiguity(query: PhaseQuery, found: readonly Phase[]): Finding[] {
  const names = new Set(found.map((phase) => `${taskName(phase)} of ${phase.workflow}`));
  if (names.size < 2) return [];
  const choices = found.map(({ type, job, workflow, line }) => ({ type, job, workflow, line }));
  return [
    {
      code: "phase_ambiguous",
      data: { choices },
      sentence: `${queryName(query)} may be ${clipped([...names], 8)}: name the job (TYPE:JOB) or the workflow`,
    },
  ];
}

function queryName({ type, job, workflow }: PhaseQuery): string {
  return `\`${taskName({ type: named(type), job })}\`${workflow === null ? "" : ` of ${named(workflow)}`}`;
}

/** Why no phase in force matches: it was removed, its file is broken, or it never existed. */
export function whyNoPhase(
  query: PhaseQuery,
  graph: WorkflowGraph,
  workflows: readonly StoredWorkflow[],
  zone: string,
): Finding[] {
  const files = workflows.filter((file) => query.workflow === null || file.name === query.workflow);
  const found: Finding[] = [];
  for (const file of files) {
    for (const phase of file.phases) {
      const at = phase.removed_at ?? file.removed_at;
      if (phase.type !== query.type || (query.job !== null && phase.job !== query.job) || at === null) continue;
      const sentence =
        phase.removed_at === null
          ? `${file.name}, which has \`${phase.task}\`, has been missing since ${instantText(at, zone)}`
          : `\`${phase.task}\` was removed from ${file.name} at ${instantText(at, zone)}`;
      found.push({
        code: "phase_removed",
        data: { workflow: file.name, phase_id: phase.id, removed_at: at },
        sentence,
      });
    }
  }
  if (found.length === 0) found.push(neverThere(query, phasesOfType(query, graph), graph));
  if (query.workflow !== null && files.length === 0)
    found.push({
      code: "workflow_unknown",
      data: { workflow: query.workflow },
      sentence: `no workflow file ${named(query.workflow)} has ever been read`,
    });
  return [...found, ...files.flatMap((file) => brokenFile(file, zone))];
}

function neverThere(query: PhaseQuery, ofType: readonly Phase[], graph: WorkflowGraph): Finding {
  const names = [...new Set((ofType.length > 0 ? ofType : graph.phases).map(taskName))];
  const near = ofType.length > 0 ? null : nearName(taskName({ type: query.type, job: query.job }), names);
  const hint =
    ofType.length > 0
      ? `; there is ${clipped(names, 8)}`
      : near === null
        ? names.length === 0
          ? "; no phase at all is in force"
          : ""
        : `; did you mean \`${near}\`?`;
  return { code: "phase_unknown", data: { near }, sentence: `no phase ${queryName(query)} is in force${hint}` };
}

/** For a parent that no phase of the workflow makes: the other files that make it. Null when there are none. */
export function parentElsewhere(phase: Phase, index: number, graph: WorkflowGraph): Finding | null {
  const parent = phase.dependsOn[index];
  if (parent === undefined || isForeign(parent)) return null;
  const makers = new Set(graph.phases.filter((one) => isMadeBy(parent, one)).map((one) => one.workflow));
  if (makers.size === 0) return null;
  return {
    code: "parent_elsewhere",
    data: { parent: taskName(parent), index, workflows: [...makers] },
    sentence: `its parent \`${taskName(parent)}\` is made by ${clipped([...makers], 8)}, and a plain name means a task of its own file (${named(phase.workflow)})`,
  };
}

/** The version in force is not the file as it is now. */
export function brokenFile(file: WorkflowStatus, zone: string): Finding[] {
  if (file.accepted || file.removed_at !== null) return [];
  const outcome =
    file.version_id === 0 ? "none of its phases run" : `version ${file.version_id}, the last good one, is in force`;
  const reason = file.fault === null ? "" : ` (${named(file.fault)})`;
  return [
    {
      code: "workflow_broken",
      data: { workflow: file.name, version: file.version_id, fault: file.fault },
      sentence: `${file.name} has been rejected since ${instantText(file.loaded_at, zone)}${reason}: ${outcome}`,
    },
  ];
}
