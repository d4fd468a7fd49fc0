import { handInputs, type HandInput } from "../../core/workflow/phase/hand-inputs.ts";
import { parentName, workflowOfParent } from "../../core/workflow/phase/parent-ref.ts";
import { phaseWords } from "../../core/workflow/phase/phase-words.ts";
import { isMadeBy, type ParentRef, type Phase } from "../../core/workflow/phase.ts";
import { taskName } from "../../core/task/task-name.ts";
import { type Link, linksOfPhase, type LinkTemplate } from "../../core/task/task-links.ts";
import { graphWithin } from "../access/graph-within.ts";
import type { EngineContext } from "../context.ts";
import { namedPhases, type PhaseName } from "../workflows/named-phases.ts";
import { comingSchedule, type ScheduledTick } from "./coming-ticks.ts";

/** A phase in force, for people. */
export interface PhaseView {
  readonly phase: Phase;
  /** IANA; of its task times. */
  readonly zone: string;
  /** What it does, in sentences. */
  readonly words: readonly string[];
  /** Its part of the text of its file; empty: not known. */
  readonly source: string;
  readonly inputs: readonly HandInput[];
  /** `phaseId` null: no phase in force makes it. */
  readonly parents: readonly { readonly name: string; readonly phaseId: number | null }[];
  /** Of a phase without a schedule those of the nearest one that it follows. */
  readonly next: readonly ScheduledTick[];
  /** The name of that one; null: they are its own. */
  readonly nextOf: string | null;
  readonly links: readonly Link[];
}

const NEXT_TICKS = 5;
const MAX_ANCESTORS = 200;

/** Throws DomainError. */
export async function phaseView(
  request: PhaseName & { readonly links: readonly LinkTemplate[] },
  context: EngineContext,
): Promise<PhaseView> {
  const { runtime, taskTtl } = context;
  const { links, scope = null } = request;
  const [phase] = await namedPhases(request, context);
  const { phases } = graphWithin(context.graph(), scope);
  const ticking = nearestScheduled(phase, phases);
  const schedule = {
    from: runtime.now(),
    until: null,
    workflow: null,
    phaseId: (ticking ?? phase).id,
    after: null,
    limit: NEXT_TICKS,
    counts: false,
    links: [],
    scope,
  };
  const [{ ticks }, source] = await Promise.all([comingSchedule(schedule, context), sourceOf(phase, context)]);
  return {
    phase,
    zone: phase.rule.timezone ?? runtime.zone,
    words: phaseWords(phase, { zone: runtime.zone, taskTtl }),
    source,
    inputs: handInputs(phase),
    parents: phase.dependsOn.map((ref) => ({
      name: parentName(ref),
      phaseId: makersOf(ref, phase, phases)[0]?.id ?? null,
    })),
    next: ticks,
    nextOf: ticking === null || ticking === phase ? null : taskName(ticking),
    links: linksOfPhase(links, phase, null),
  };
}

function makersOf(ref: ParentRef, phase: Phase, phases: readonly Phase[]): readonly Phase[] {
  return phases.filter((one) => one.workflow === workflowOfParent(ref, phase) && isMadeBy(ref, one));
}

/** The phase itself, or the first with a schedule among those that it follows, nearest first; null: none has one. */
function nearestScheduled(phase: Phase, phases: readonly Phase[]): Phase | null {
  const seen = new Set([phase]);
  // What is added meanwhile is walked through too.
  for (const one of seen) {
    if (one.rule.cron !== null) return one;
    for (const ref of one.dependsOn) for (const maker of makersOf(ref, one, phases)) seen.add(maker);
    if (seen.size > MAX_ANCESTORS) return null;
  }
  return null;
}

/** From its line to that of the next phase, without what stands above that. */
async function sourceOf({ workflow, line }: Phase, context: EngineContext): Promise<string> {
  const { workflows } = context.store.reads;
  const file = await workflows.one(workflow);
  const version = file === null ? null : await workflows.source(file.id, file.version_id ?? 0);
  if (version === null) return "";
  const later = context.graph().phases.filter((phase) => phase.workflow === workflow && phase.line > line);
  const end = Math.min(...later.map((phase) => phase.line - 1));
  const lines = version.source.split("\n").slice(line - 1, end);
  while (/^\s*(?:#.*)?$/.test(lines.at(-1) ?? "x")) lines.pop();
  return lines.join("\n");
}
