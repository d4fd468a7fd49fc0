import { isInScope, type Scope } from "../../contract/api/access/scope.ts";
import { DomainError, type ErrorKind } from "../../contract/domain-error.ts";
import { ambiguity, findPhases, whyNoPhase } from "../../core/why/find-phase.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { EngineContext } from "../context.ts";

/** A phase in force, as a person names it. */
export interface PhaseName {
  /** The one of this id, whatever the rest says. */
  readonly phaseId?: number;
  readonly type: string;
  /** Null: the phase without a job, or else the only one of the type. */
  readonly job: string | null;
  /** Null: the one that has the phase. */
  readonly workflow: string | null;
  /** To what whoever asks may do this; default: to everything. */
  readonly scope?: Scope | null;
}

const KINDS = { unknown_phase: "not_found", ambiguous_phase: "invalid" } as const satisfies Record<string, ErrorKind>;

/** The name means no phase in force, or several; the message says what to do. */
export class PhaseNameError extends DomainError {
  constructor(code: keyof typeof KINDS, message: string) {
    super(KINDS[code], code, message);
  }
}

/** The phases of that name, at least one: several only where one file has the same phase more than once. Throws PhaseNameError. */
export async function namedPhases(name: PhaseName, context: EngineContext): Promise<readonly [Phase, ...Phase[]]> {
  const scope = name.scope ?? null;
  const graph = graphWithin(context.graph(), scope);
  if (name.phaseId !== undefined) {
    const phase = graph.byId.get(name.phaseId);
    if (phase === undefined)
      throw new PhaseNameError(
        "unknown_phase",
        `no phase ${name.phaseId} is in force; name it by its type and job, or ask for the phases of its file`,
      );
    return [phase];
  }
  const found = findPhases(name, graph);
  const [several] = ambiguity(name, found);
  if (several !== undefined) throw new PhaseNameError("ambiguous_phase", `${several.sentence} with --workflow`);
  const [first, ...more] = found;
  if (first !== undefined) return [first, ...more];
  const known = await context.store.reads.lineage.workflows();
  const workflows = known.filter((file) => isInScope(scope, { workflow: file.name }));
  const [unknown] = whyNoPhase(name, graph, workflows, context.runtime.zone);
  throw new PhaseNameError("unknown_phase", unknown?.sentence ?? "no such phase is in force");
}
