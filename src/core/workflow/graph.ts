import type { Phase, WorkflowGraph } from "./phase.ts";
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
  for (const file of files.toSorted((a, b) => compareBytes(a.name, b.name))) {
    const ordered = withJoins(inTaskOrder(file.phases));
    const phaseOf = new ByTask<Phase>();
    for (const phase of ordered) {
      phaseOf.setOnce(phase.type, phase.job, phase);
      anywhere.setOnce(phase.type, phase.job, phase);
    }
    byFile.set(file.name, { phaseOf, children: indexChildren(ordered) });
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

function indexChildren(phases: readonly Phase[]): ChildIndex {
  const parents = new Map<string, { readonly jobs: Set<string>; readonly children: Set<Phase> }>();
  for (const phase of phases) {
    for (const { type, job } of phase.dependsOn) {
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
      ofType.filter((phase) => phase.dependsOn.some((one) => one.type === type && one.job === null)),
    );
    for (const job of jobs) {
      byJob.set(
        type,
        job,
        ofType.filter((phase) =>
          phase.dependsOn.some((one) => one.type === type && (one.job === null || one.job === job)),
        ),
      );
    }
  }
  return { byJob, byType };
}
