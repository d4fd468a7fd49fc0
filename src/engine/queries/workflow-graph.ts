import { isInScope } from "../../contract/api/access/scope.ts";
import { DomainError } from "../../contract/domain-error.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { graphWithin } from "../access/graph-within.ts";
import { isForeign, parentName, workflowOfParent } from "../../core/workflow/phase/parent-ref.ts";
import { isMadeBy, type Phase } from "../../core/workflow/phase.ts";
import type { KindCounts, PhaseFigures, PhaseLastTask } from "../../store/workflow-queries.ts";
import type { Within } from "../backfill/backfill-control.ts";
import type { EngineContext } from "../context.ts";
import { type HeldBy, holdsOf } from "./coming-ticks.ts";
import { slices } from "./slices.ts";
import { taskTimeText } from "../task-time-text.ts";

export interface GraphNode {
  readonly phase: Phase;
  /** Of another file than the one that is asked for, next to one of it. */
  readonly isOutside: boolean;
  readonly last: (Omit<PhaseLastTask, "phase_id" | "task_time"> & { readonly taskTime: string | null }) | null;
  /** Null: they count tasks that whoever asks may not see. */
  readonly counts: Omit<KindCounts, "type" | "job"> | null;
  readonly figures: Omit<PhaseFigures, "phase_id">;
  /** The next tick that makes tasks, in milliseconds since 1970; null: it has no schedule, or is held for an unknown time. */
  readonly nextAt: number | null;
  /** What holds it now. */
  readonly held: HeldBy | null;
}

export interface PhaseEdge {
  /** Ids of the parent and of the phase that follows it. */
  readonly from: number;
  readonly to: number;
}

export interface ShownGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly PhaseEdge[];
  /** What a phase waits for, and no phase in force makes. */
  readonly missing: readonly { readonly to: number; readonly parent: string }[];
}

export const MAX_NODES = 5000;
const MAX_EDGES = 100_000;
const NO_FIGURES = { waiting: 0, retrying: 0, running: 0, failed: 0, run_ms: null, files: 0 };
const NO_COUNTS = { total: 0, complete: 0, failed: 0, cancelled: 0 };

/** The phases in force of a file (null: of all), and what follows what. Throws DomainError. */
export async function workflowGraph(
  { workflow, days, scope = null }: { readonly workflow: string | null; readonly days: number } & Within,
  context: EngineContext,
): Promise<ShownGraph> {
  const { store, runtime } = context;
  const all = context.graph().phases;
  const visible = graphWithin(context.graph(), scope);
  if (workflow === null && visible.phases.length > MAX_NODES) throw tooLarge(`${MAX_NODES} phases`);
  const isAsked = (phase: Phase): boolean =>
    (workflow === null || phase.workflow === workflow) && visible.byId.has(phase.id);
  const { edges: touching, missing } = phaseEdges(all, isAsked);
  const edges = touching.filter(({ from, to }) => visible.byId.has(from) && visible.byId.has(to));
  const near = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const shown = visible.phases.filter((phase) => isAsked(phase) || near.has(phase.id));
  if (shown.length > MAX_NODES) throw tooLarge(`${MAX_NODES} phases`);
  const { reads } = store;
  const now = runtime.now();
  const [last, counts, figures, holds] = await Promise.all([
    reads.workflows.lastTasks(shown.map(({ id }) => id)),
    reads.workflows.counts(now - (days - 1) * DAY),
    reads.workflows.figures({ phases: shown.map(({ id, type, job }) => ({ id, type, job })), filesSince: now - DAY }),
    holdsOf(context),
  ]);
  const pause = slices(runtime.monotonic);
  const ticks = new Map<number, Pick<GraphNode, "nextAt" | "held">>();
  for (const phase of shown) {
    ticks.set(phase.id, nextTick(phase, now, holds(phase, now)));
    await pause();
  }
  const lastOf = new Map(last.map((task) => [task.phase_id, task]));
  const figuresOf = new Map(figures.map(({ phase_id: id, ...row }) => [id, row]));
  const countsOf = new Map(counts.map(({ type, job, ...row }) => [`${type}\n${job}`, row]));
  return {
    nodes: shown.map((phase) => ({
      phase,
      isOutside: workflow !== null && phase.workflow !== workflow,
      last: lastJson(phase, lastOf.get(phase.id), runtime.zone),
      // Of all tasks of its type and job, of other files too.
      counts: isInScope(scope, { type: phase.type })
        ? (countsOf.get(`${phase.type}\n${phase.job}`) ?? NO_COUNTS)
        : null,
      figures: figuresOf.get(phase.id) ?? NO_FIGURES,
      ...(ticks.get(phase.id) ?? { nextAt: null, held: null }),
    })),
    edges,
    missing,
  };
}

/** The edges that touch a phase which is `asked`. Throws DomainError when they are too many. */
export function phaseEdges(
  phases: readonly Phase[],
  asked: (phase: Phase) => boolean,
): Pick<ShownGraph, "edges" | "missing"> {
  const makers = Map.groupBy(phases, ({ workflow, type }) => `${workflow}\n${type}`);
  const edges: PhaseEdge[] = [];
  const missing: ShownGraph["missing"][number][] = [];
  for (const phase of phases) {
    const isAsked = asked(phase);
    if (!isAsked && !phase.dependsOn.some(isForeign)) continue;
    for (const ref of phase.dependsOn) {
      const parents = (makers.get(`${workflowOfParent(ref, phase)}\n${ref.type}`) ?? []).filter((one) =>
        isMadeBy(ref, one),
      );
      if (isAsked && parents.length === 0) missing.push({ to: phase.id, parent: parentName(ref) });
      for (const parent of parents) if (isAsked || asked(parent)) edges.push({ from: parent.id, to: phase.id });
      if (edges.length > MAX_EDGES) throw tooLarge(`${MAX_EDGES} edges`);
    }
  }
  return { edges, missing };
}

function nextTick({ rule: { cron } }: Phase, now: number, held: HeldBy | null): Pick<GraphNode, "nextAt" | "held"> {
  if (held === null) return { nextAt: cron?.next(now) ?? null, held };
  return { nextAt: held.until === null ? null : (cron?.next(held.until - 1) ?? null), held };
}

function lastJson(phase: Phase, task: PhaseLastTask | undefined, zone: string): GraphNode["last"] {
  if (task === undefined) return null;
  const { phase_id: _, task_time: time, ...rest } = task;
  return { ...rest, taskTime: taskTimeText(time, phase.rule.timezone, zone) };
}

function tooLarge(what: string): DomainError {
  return new DomainError("invalid", "graph_too_large", `The graph has more than ${what}: ask for one file, with path.`);
}
