import { wallOf } from "../../src/contract/time/wall-ms.ts";
import { offsetMs } from "../../src/core/workflow/offset.ts";
import { HOUR, MINUTE } from "../../src/contract/time/time-units.ts";
import type { Phase, WorkflowGraph } from "../../src/core/workflow/phase.ts";
import { fillTime } from "../../src/core/task/template.ts";
import { partsOf } from "../../src/core/time/wall-time.ts";
import { HourCounts } from "./counts.ts";
import type { Pipeline } from "./pipelines.ts";
import { PIPELINES } from "./pipelines.ts";

/** A phase (or a type and job that no workflow has) with how its tasks behave. */
export interface Plan {
  readonly id: number;
  readonly type: string;
  readonly job: string;
  /** As a decision names it. */
  readonly task: string;
  readonly workflow: string;
  readonly phase: Phase | null;
  readonly retry: number;
  readonly children: Plan[];
  /** Share of the first attempts that end with `error`. */
  readonly errorRate: number;
  /** Medians, in ms. */
  readonly run: number;
  readonly queue: number;
  readonly counts: HourCounts;
  /** The template with its time filled in. */
  infoAt(taskTime: number): string;
}

export interface RootPlan {
  readonly pipeline: Pipeline;
  readonly plan: Plan;
  /** Ticks of an hour, as offsets in ms; empty for files. */
  readonly ticks: readonly number[];
  /** Only hours that are a multiple of this have ticks. */
  readonly everyHours: number;
  readonly offsetMs: number;
}

const SPEED: Readonly<Record<string, readonly [run: number, error: number]>> = {
  extract: [45_000, 0.012],
  clean: [20_000, 0.006],
  load: [8000, 0.015],
  audit: [3000, 0.03],
  notify: [600, 0.02],
  import: [90_000, 0.02],
  validate: [12_000, 0.04],
  collect: [30_000, 0.01],
  sum: [15_000, 0.005],
  score: [150_000, 0.02],
  report: [5000, 0.004],
};
const HOST = "flowlord-1";
/** External tasks, which workers report on their own. */
const EXTERNAL = ["adhoc-query", "notebook", "repair"];

export interface Plans {
  readonly roots: readonly RootPlan[];
  readonly external: readonly Plan[];
  /** By type and job, as the counters are read. */
  readonly all: readonly Plan[];
}

export function plansOf(graph: WorkflowGraph): Plans {
  const byPhase = new Map<Phase, Plan>();
  const planOf = (phase: Phase): Plan => {
    let plan = byPhase.get(phase);
    if (plan === undefined) {
      plan = phasePlan(phase);
      byPhase.set(phase, plan);
      for (const child of graph.childrenOf(phase.type, phase.job, phase.workflow)) plan.children.push(planOf(child));
    }
    return plan;
  };
  const roots = PIPELINES.map((pipeline): RootPlan => {
    const phase = graph.phases.find((one) => one.workflow === `${pipeline.name}.toml` && one.dependsOn.length === 0);
    if (phase === undefined) throw new Error(`no root phase in ${pipeline.name}.toml`);
    return { pipeline, plan: planOf(phase), ...ticksOf(phase) };
  });
  const external = EXTERNAL.map((type) => barePlan(type));
  const all = [...byPhase.values(), ...external].toSorted((a, b) => compare(a.type, b.type) || compare(a.job, b.job));
  return { roots, external, all };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function phasePlan(phase: Phase): Plan {
  const [run, errorRate] = SPEED[phase.type] ?? [10_000, 0.01];
  // Jobs differ: some are three times as slow as others.
  const size = 0.5 + ((phase.id * 7919) % 16) / 8;
  let at = Number.NaN;
  let text = "";
  return {
    id: phase.id,
    type: phase.type,
    job: phase.job,
    task: `${phase.type}:${phase.job}`,
    workflow: phase.workflow,
    phase,
    retry: phase.retry,
    children: [],
    errorRate,
    run: run * size,
    queue: 900 * size,
    counts: new HourCounts(phase.type, phase.job),
    infoAt: (taskTime) => {
      if (taskTime !== at) {
        at = taskTime;
        text = fillTime(phase.template, partsOf(wallOf(taskTime)), HOST, () => "");
      }
      return text;
    },
  };
}

function barePlan(type: string): Plan {
  const job = "";
  const counts = new HourCounts(type, job);
  const known = { id: 0, type, job, task: type, workflow: "", phase: null, retry: 0, children: [], counts };
  return { ...known, errorRate: 0.1, run: MINUTE, queue: 0, infoAt: () => "" };
}

/** Ticks are few kinds of expressions here; asking the cron parser for each hour of a decade is not needed. */
function ticksOf(phase: Phase): Pick<RootPlan, "ticks" | "everyHours" | "offsetMs"> {
  const { cron } = phase.rule;
  const offset = offsetMs(phase.rule);
  if (cron === null) return { ticks: [], everyHours: 1, offsetMs: offset };
  const midnight = Date.UTC(2026, 0, 5);
  const ticks: number[] = [];
  const hours = new Set<number>();
  for (let at: number | null = cron.next(midnight - 1); at !== null && at < midnight + 24 * HOUR; at = cron.next(at)) {
    hours.add(Math.floor((at - midnight) / HOUR));
    if (!ticks.includes((at - midnight) % HOUR)) ticks.push((at - midnight) % HOUR);
  }
  return { ticks, everyHours: Math.max(1, Math.round(24 / hours.size)), offsetMs: offset };
}
