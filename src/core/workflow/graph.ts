import { isForeign } from "./phase/parent-ref.ts";
import type { ParentRef, Phase, WorkflowGraph } from "./phase.ts";
import { withJoins } from "./joins/join-plans.ts";
import { compareBytes } from "../text/byte-text.ts";

/** The phases in force of one file, with the ids the store gave them. */
export interface GraphFile {
  /** Workflow name as in meta. */
  readonly name: string;
  readonly phases: readonly Phase[];
}

/** The graph with these phases paused beside those whose files say so; `0` among them: all. */
export function withPauses(files: readonly GraphFile[], phaseIds: ReadonlySet<number>): WorkflowGraph {
  const isPaused = ({ id }: Phase): boolean => phaseIds.has(0) || phaseIds.has(id);
  const paused = (phase: Phase): Phase =>
    isPaused(phase) ? { ...phase, rule: { ...phase.rule, paused: true } } : phase;
  return buildGraph(files.map(({ name, phases }) => ({ name, phases: phases.map(paused) })));
}

/** By type, then by job: building a joined key for each message costs more than two lookups. */
class ByTask<T> {
  readonly #byType = new Map<string, Map<string, T>>();

  get(type: string, job: string): T | undefined {
    return this.#byType.get(type)?.get(job);
  }

  set(type: string, job: string, value: T): void {
    const byJob = this.#byType.get(type);
    if (byJob === undefined) this.#byType.set(type, new Map([[job, value]]));
    else byJob.set(job, value);
  }

  setOnce(type: string, job: string, value: T): void {
    if (this.get(type, job) === undefined) this.set(type, job, value);
  }
}

interface FilePhases {
  /** First phase of each `type` and `job`. */
  readonly phaseOf: ByTask<Phase>;
  readonly children: ChildIndex;
}

interface ChildIndex {
  /** Children of each `type` and `job` that some `dependsOn` names, those of the type alone among them. */
  readonly byJob: ByTask<readonly Phase[]>;
  /** Children of any other job of the type. */
  readonly byType: ReadonlyMap<string, readonly Phase[]>;
}

const NO_PHASES: readonly Phase[] = [];

/**
 * The phases of all files, indexed for the lookups of every message. Files are sorted by name, phases by task text, as
 * the older program did; equal ones stay in file order.
 */
export function buildGraph(files: readonly GraphFile[]): WorkflowGraph {
  const byFile = new Map<string, FilePhases>();
  const anywhere = new ByTask<Phase>();
  const phases: Phase[] = [];
  const sorted = files
    .toSorted((a, b) => compareBytes(a.name, b.name))
    .map(({ name, phases: own }) => ({ name, ordered: withJoins(inTaskOrder(own)) }));
  const followers = foreignChildren(sorted.flatMap(({ ordered }) => ordered));
  for (const { name, ordered } of sorted) {
    const phaseOf = new ByTask<Phase>();
    for (const phase of ordered) {
      phaseOf.setOnce(phase.type, phase.job, phase);
      anywhere.setOnce(phase.type, phase.job, phase);
    }
    const own = ordered.map((phase) => ({ phase, refs: phase.dependsOn.filter((ref) => !isForeign(ref)) }));
    byFile.set(name, { phaseOf, children: indexChildren([...own, ...(followers.get(name) ?? [])]) });
    phases.push(...ordered);
  }
  return {
    phases,
    byId: new Map(phases.map((phase) => [phase.id, phase])),
    phaseOf: (type, job, workflow) => {
      const known = workflow === "" ? anywhere : byFile.get(workflow)?.phaseOf;
      return known?.get(type, job) ?? null;
    },
    childrenOf: (type, job, workflow) => {
      const index = byFile.get(workflow)?.children;
      if (index === undefined) return NO_PHASES;
      return index.byJob.get(type, job) ?? index.byType.get(type) ?? NO_PHASES;
    },
    scheduled: phases.filter((phase) => phase.rule.cron !== null),
    waitingForFiles: phases.filter((phase) => phase.rule.files !== null || phase.rule.filesGlob !== null),
  };
}

/** As stored and sent: by task text (with the job of the rule), then as in the file. */
export function inTaskOrder(phases: readonly Phase[]): Phase[] {
  return phases.toSorted((a, b) => compareBytes(phaseName(a), phaseName(b)));
}

/** `task`, with the job that the rule gives when it names none. */
export function phaseName(phase: Phase): string {
  const job = phase.rule.pairs.get("job")?.[0] ?? "";
  return job === "" || phase.task.includes(":") ? phase.task : `${phase.task}:${job}`;
}

/** A phase with those of its parents that are of one file. */
interface Follower {
  readonly phase: Phase;
  readonly refs: readonly ParentRef[];
}

/** By the file of the parent: the phases of other files that follow its tasks. */
function foreignChildren(phases: readonly Phase[]): ReadonlyMap<string, readonly Follower[]> {
  const found = new Map<string, Follower[]>();
  for (const phase of phases) {
    for (const [workflow, refs] of Map.groupBy(phase.dependsOn.filter(isForeign), (ref) => ref.workflow)) {
      const followers = found.get(workflow) ?? [];
      found.set(workflow, followers);
      followers.push({ phase, refs });
    }
  }
  return found;
}

function indexChildren(followers: readonly Follower[]): ChildIndex {
  const refsOf = new Map(followers.map(({ phase, refs }) => [phase, refs]));
  const namesParent = (phase: Phase, isParent: (ref: ParentRef) => boolean): boolean =>
    refsOf.get(phase)?.some(isParent) === true;
  const parents = new Map<string, { readonly jobs: Set<string>; readonly children: Set<Phase> }>();
  for (const { phase, refs } of followers) {
    for (const { type, job } of refs) {
      const parent = parents.get(type) ?? { jobs: new Set(), children: new Set() };
      parents.set(type, parent);
      parent.children.add(phase);
      if (job !== null) parent.jobs.add(job);
    }
  }
  const byJob = new ByTask<readonly Phase[]>();
  const byType = new Map<string, readonly Phase[]>();
  for (const [type, { jobs, children }] of parents) {
    const ofType = [...children];
    byType.set(
      type,
      ofType.filter((phase) => namesParent(phase, (one) => one.type === type && one.job === null)),
    );
    for (const job of jobs) {
      byJob.set(
        type,
        job,
        ofType.filter((phase) =>
          namesParent(phase, (one) => one.type === type && (one.job === null || one.job === job)),
        ),
      );
    }
  }
  return { byJob, byType };
}
