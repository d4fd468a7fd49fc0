import type { Scope } from "../../contract/api/access/scope.ts";
import type { ArrivalsAnswer } from "../../contract/api/files/arrivals-api.ts";
import type { ClockChangesAnswer, LoadAnswer } from "../../contract/api/workflows/schedule-api.ts";
import { DAY } from "../../contract/time/time-units.ts";
import { type LoglessTask, whyNoLog } from "../../core/task/why-no-log.ts";
import { workerRows, type WorkerRow, type WorkerSection } from "../../core/task/worker-rows.ts";
import { graphWithin } from "../access/graph-within.ts";
import { fileVerdicts, type FileVerdict } from "../../core/why/file-verdicts.ts";
import type { WorkerActivity } from "../../store/running-tasks.ts";
import { type BackfillQueries, backfillQueries } from "../backfill/backfill-queries.ts";
import type { EngineContext } from "../context.ts";
import { phaseArrivals, type ArrivalsAsked } from "../files/phase-arrivals.ts";
import { type MissingParent, missingParents } from "../workflows/missing-parents.ts";
import { type ClockChangesRequest, comingClockChanges } from "./clock-changes.ts";
import { comingSchedule, type ComingSchedule, type ScheduleRequest } from "./coming-ticks.ts";
import { phaseGrid, type GridAsked, type PhaseGrid } from "./phase-grid.ts";
import { phaseTasks, type PhaseTasks, type PhaseTasksAsked } from "./phase-tasks.ts";
import { runChart, type RunChart, type RunChartAsked } from "./run-chart.ts";
import type { DiffLine, ValidatedText } from "./inspect-text.ts";
import { type LoadRequest, scheduleLoad } from "./schedule-load.ts";
import { TextInspector } from "./text-inspector.ts";
import { phaseView, type PhaseView } from "./phase-view.ts";
import { workflowFigures, type WorkflowFigures } from "./workflow-figures.ts";
import { UsualWork } from "./usual-work.ts";
import { workflowGraph, type ShownGraph } from "./workflow-graph.ts";
import { previewTrigger } from "../workflows/trigger-phase.ts";

/** What people ask that needs more than the database: the workflows in force, or the configuration. Changes nothing. */
export interface EngineQueries {
  readonly backfills: BackfillQueries;
  /** The phases in force with their newest tasks, and what follows what. Throws DomainError. */
  graph(request: Parameters<typeof workflowGraph>[0]): Promise<ShownGraph>;
  /** What became of each task time of phases. Throws DomainError. */
  grid(asked: GridAsked): Promise<PhaseGrid>;
  /** The tasks of a phase in force, by their task times. Throws DomainError. */
  phaseTasks(asked: PhaseTasksAsked): Promise<PhaseTasks>;
  /** The records of a run with its files, and what they usually take. Throws DomainError. */
  runChart(asked: RunChartAsked): Promise<RunChart>;
  /** How the files with phases in force do, and when they were read. */
  figures(scope: Scope | null): Promise<{ readonly workflows: readonly WorkflowFigures[] } & WorkflowsRead>;
  /** A phase in force, for people. Throws DomainError. */
  phase(request: Parameters<typeof phaseView>[0]): Promise<PhaseView>;
  /** What a trigger of a phase would make. Throws DomainError. */
  previewTrigger(request: Parameters<typeof previewTrigger>[0]): ReturnType<typeof previewTrigger>;
  /** Parents in other files that no phase in force makes; `workflow`: only of this file's phases. */
  missingParents(workflow: string | null): readonly MissingParent[];
  /** The coming ticks. */
  schedule(request: ScheduleRequest): Promise<ComingSchedule>;
  /** Ticks and tasks by hour or day. Throws DomainError. */
  load(request: LoadRequest): Promise<LoadAnswer>;
  /** The coming changes of the clocks of all zones in use. */
  clockChanges(request: ClockChangesRequest): Promise<ClockChangesAnswer>;
  /** What a text would be as a workflow file of that name, beside the other phases of the scope. Throws DomainError. */
  validate(name: string, source: string, ticks: number, scope?: Scope | null): Promise<ValidatedText>;
  /** The changed lines. Throws DomainError. */
  diff(from: string, to: string): Promise<readonly DiffLine[]>;
  /** What the phases in force say of a path. */
  verdicts(path: string): Promise<PathVerdicts>;
  /** When the files of a phase came, and which are missing. Throws DomainError. */
  arrivals(asked: ArrivalsAsked): Promise<ArrivalsAnswer>;
  /** Why a record has no output in these folders, one sentence. */
  whyNoLog(record: LoglessTask, dirs: readonly string[]): string;
  /** What was heard of workers today (UTC), and those of this instance, by type and job. */
  workers(): Promise<readonly WorkerRow<WorkerActivity>[]>;
}

/** The phases that a path matches, or comes nearest to, and how many wait for files. */
export interface PathVerdicts {
  readonly matches: readonly FileVerdict[];
  readonly near_misses: readonly FileVerdict[];
  readonly phases: number;
}

/** Milliseconds since 1970. */
export interface WorkflowsRead {
  /** Null: not yet. */
  readonly readAt: number | null;
  /** At the latest; null: only when the files change. */
  readonly nextReadAt: number | null;
}

/** What only a running instance knows. */
export interface InstanceParts {
  /** Whether a request may name this meta file. */
  readonly mayReadMeta: (path: string) => Promise<boolean>;
  /** When the workflow files were read, and are again. */
  readonly workflowsRead: () => WorkflowsRead;
  /** The workers of the configuration. */
  readonly workers: () => readonly WorkerSection[];
}

export function engineQueries(
  context: EngineContext,
  { mayReadMeta, workflowsRead, workers }: InstanceParts,
): EngineQueries {
  const { runtime, store } = context;
  const inspector = new TextInspector();
  const usual = new UsualWork();
  return {
    backfills: backfillQueries(context, mayReadMeta),
    graph: (request) => workflowGraph(request, context),
    grid: (asked) => phaseGrid(asked, context),
    phaseTasks: (asked) => phaseTasks(asked, context),
    runChart: (asked) => runChart(asked, store.reads),
    figures: async (scope) => ({ workflows: await workflowFigures({ scope }, context), ...workflowsRead() }),
    phase: (request) => phaseView(request, context),
    previewTrigger: (request) => previewTrigger(request, context),
    missingParents: (workflow) =>
      missingParents(context.graph().phases).filter(({ file }) => workflow === null || file === workflow),
    schedule: (request) => comingSchedule(request, context),
    load: (request) => scheduleLoad(request, usual, context),
    clockChanges: (request) => comingClockChanges(request, context),
    validate: (name, source, ticks, scope = null) => {
      const others = graphWithin(context.graph(), scope).phases.map(({ workflow, type, job }) => ({
        workflow,
        type,
        job,
      }));
      const { zone } = runtime;
      return inspector.run({ kind: "validate", name, source, zone, now: runtime.now(), ticks, others });
    },
    diff: (from, to) => inspector.run({ kind: "diff", from, to }),
    verdicts: async (path) => {
      const { waitingForFiles: phases } = context.graph();
      return { ...fileVerdicts(path, phases), phases: phases.length };
    },
    arrivals: (asked) => phaseArrivals(asked, context),
    whyNoLog: (record, dirs) => whyNoLog(record, { workers: workers(), dirs }),
    workers: async () => {
      const today = Math.floor(runtime.now() / DAY) * DAY;
      return workerRows(await store.reads.running.workers(today), workers(), silentWorker);
    },
  };
}

/** Of which nothing was heard. */
function silentWorker({ type, job }: Pick<WorkerActivity, "type" | "job">): WorkerActivity {
  return { type, job, sent: 0, running: 0, done: 0, failed: 0, last_heard: null, instances: [] };
}
