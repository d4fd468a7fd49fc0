import type { Scope } from "../../contract/api/access/scope.ts";
import { DomainError } from "../../contract/domain-error.ts";
import type { WallMs } from "../../contract/time/wall-ms.ts";
import { median } from "../../core/stats/median.ts";
import { taskTimeText } from "../../core/why/phrases.ts";
import type { DistantTask } from "../../store/lineage-queries.ts";
import type { ReadStore } from "../../store/store.ts";
import type { RunFileRow, RunRecordRow, UsualRow } from "../../store/workflow-queries.ts";
import { tasksWithin } from "../tasks/shown-within.ts";

export interface RunChartAsked {
  /** The id of the run, or the number of any record of it. */
  readonly run: string;
  readonly scope: Scope | null;
}

export interface UsualTime {
  readonly phase_id: number;
  readonly position: number;
  readonly queue_ms: number;
  readonly run_ms: number;
  /** Of so many tasks. */
  readonly of: number;
}

interface ChartTask extends Omit<DistantTask, "task_time">, Pick<RunRecordRow, "info" | "position"> {
  /** A clock time. */
  readonly task_time: string | null;
}

export interface RunChart {
  readonly id: string;
  readonly tasks: readonly ChartTask[];
  readonly files: readonly RunFileRow[];
  readonly usual: readonly UsualTime[];
  readonly isTruncated: boolean;
}

/** What is usual is the median of so many. */
const COMPARED = 30;
/** Records that are read of a phase for it, and phases of which it is asked. */
const MAX_RECORDS = 2000;
const MAX_PHASES = 100;

/** The records of a run with its files, and what they usually take. Throws DomainError. */
export async function runChart({ run: asked, scope }: RunChartAsked, reads: ReadStore): Promise<RunChart> {
  const run = await reads.lineage.run(asked);
  const tasks = tasksWithin(run?.tasks ?? [], scope);
  if (run === null || tasks.length === 0)
    throw new DomainError(
      "not_found",
      "unknown_run",
      "There is no such run; GET /api/tasks lists the tasks with their ids.",
    );
  const ids = tasks.map((task) => task.record_id);
  const seen = new Set(ids);
  const [records, files, usual] = await Promise.all([
    reads.workflows.runRecords(ids),
    reads.workflows.runFiles(ids),
    usualTimes(tasks, reads),
  ]);
  const own = new Map(records.map((record) => [record.record_id, record]));
  return {
    id: run.id,
    tasks: tasks.map((task) => {
      const record = own.get(task.record_id);
      const { task_time: time } = task;
      const text = time === null ? null : taskTimeText(time);
      return { ...task, task_time: text, info: record?.info ?? "", position: record?.position ?? 0 };
    }),
    files: files.map((file) => ({
      ...file,
      reported_by: file.reported_by !== null && seen.has(file.reported_by) ? file.reported_by : null,
    })),
    usual,
    isTruncated: run.truncated.count || run.truncated.depth,
  };
}

/** Of each phase of the run, and of each place among the tasks that it makes at once. */
async function usualTimes(tasks: readonly DistantTask[], reads: ReadStore): Promise<readonly UsualTime[]> {
  const phases = new Map<number, { readonly before: WallMs; readonly tasks: number }>();
  for (const { phase_id: id, task_time: before } of tasks)
    if (id !== 0 && before !== null)
      phases.set(id, { before: phases.get(id)?.before ?? before, tasks: (phases.get(id)?.tasks ?? 0) + 1 });
  const found = await Promise.all(
    [...phases].slice(0, MAX_PHASES).map(async ([phaseId, { before, tasks: count }]) => {
      const limit = Math.min(MAX_RECORDS, COMPARED * count);
      return mediansOf(phaseId, await reads.workflows.usualTimes({ phaseId, before, limit }));
    }),
  );
  return found.flat();
}

function mediansOf(phaseId: number, rows: readonly UsualRow[]): readonly UsualTime[] {
  return [...Map.groupBy(rows, ({ position }) => position)].map(([position, own]) => {
    const last = own.slice(0, COMPARED);
    const middle = (value: (row: UsualRow) => number): number =>
      median(last.map((row) => Math.max(0, value(row))).toSorted((a, b) => a - b));
    return {
      phase_id: phaseId,
      position,
      queue_ms: middle(({ created, started }) => started - created),
      run_ms: middle(({ started, ended }) => ended - started),
      of: last.length,
    };
  });
}
