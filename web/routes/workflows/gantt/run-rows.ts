import { namesOf } from "../grid/task-rows.ts";
import { nameOf } from "../../task/task-text.ts";
import type { RunFile, RunModel, RunTask } from "./run-model.ts";

export type RunRow =
  | { readonly kind: "group"; readonly key: string; readonly workflow: string; readonly about: string }
  | {
      readonly kind: "file";
      readonly key: string;
      readonly name: string;
      /** The file to open; null: they are several. */
      readonly file: number | null;
      readonly title: string;
      readonly size: number;
      readonly at: number;
    }
  | {
      readonly kind: "task";
      readonly key: string;
      readonly name: string;
      /** What tells it from the other tasks of its phase. */
      readonly detail: string;
      /** It stands below the first task of its phase. */
      readonly isBelow: boolean;
      readonly task: RunTask;
    };

/** Rows in the order of time: workflow files, in each its phases, in each its tasks, before each the files that it was made of. */
export function runRows(run: RunModel, files: readonly RunFile[]): readonly RunRow[] {
  const byFirst = Map.groupBy(files, (file) => firstOf(run, file.record_id));
  const tasks = [...run.tasks.values()].toSorted((a, b) => a.begin - b.begin || a.id - b.id);
  const rows: RunRow[] = [];
  for (const [workflow, own] of Map.groupBy(tasks, ({ newest }) => newest.workflow)) {
    rows.push({
      kind: "group",
      key: `group ${workflow}`,
      workflow: workflow === "" ? "no workflow" : workflow,
      about: aboutOf(run, own, files),
    });
    for (const [phase, alike] of Map.groupBy(own, phaseOf)) {
      const names = namesOf(alike.map(({ newest }) => ({ record_id: newest.record_id, time: "", info: newest.info })));
      for (const [at, task] of alike.entries()) {
        const of = byFirst.get(task.id);
        if (of !== undefined) rows.push(fileRow(run, task, of));
        rows.push({
          kind: "task",
          key: `${workflow} ${phase} ${task.id}`,
          name: nameOf(task.newest),
          detail: alike.length === 1 ? "" : (names.get(task.newest.record_id) ?? ""),
          isBelow: at > 0,
          task,
        });
      }
    }
  }
  return rows;
}

function phaseOf({ newest }: RunTask): string {
  return newest.phase_id === 0 ? nameOf(newest) : String(newest.phase_id);
}

function firstOf(run: RunModel, record: number): number {
  for (const task of run.tasks.values())
    if (task.attempts.some((one) => one.record.record_id === record)) return task.id;
  return record;
}

function fileRow(run: RunModel, task: RunTask, files: readonly RunFile[]): RunRow {
  const [first] = files;
  const by =
    first?.reported_by === null || first === undefined ? undefined : run.tasks.get(firstOf(run, first.reported_by));
  const only = files.length === 1 ? first : undefined;
  const from = by === undefined ? "" : ` of ${nameOf(by.newest)}`;
  return {
    kind: "file",
    key: `files ${task.id}`,
    name: only === undefined ? `${files.length} files${from}` : only.path,
    file: only?.file_id ?? null,
    title: files.map(({ path }) => path).join("\n"),
    size: files.reduce((sum, { size }) => sum + size, 0),
    at: Math.min(...files.map((file) => Date.parse(file.received_at))),
  };
}

const ORIGINS: Readonly<Record<string, string>> = {
  tick: "started by its schedule",
  file: "started by a file",
  manual: "started by hand",
  backfill: "started by a backfill",
  external: "started by another program",
};

/** What led to the first task of a workflow file. */
function aboutOf(run: RunModel, [first]: readonly RunTask[], files: readonly RunFile[]): string {
  if (first === undefined) return "";
  const [attempt] = first.attempts;
  const version = attempt.record.version_id === 0 ? "" : `version ${attempt.record.version_id} · `;
  const parent = first.parents.map((id) => run.tasks.get(id)).find((one) => one !== undefined);
  if (parent === undefined) return `${version}${ORIGINS[attempt.record.origin] ?? "started"}`;
  const isByFile = attempt.record.kind === "file" || files.some((file) => file.record_id === attempt.record.record_id);
  const name = `${parent.newest.workflow}: ${nameOf(parent.newest)}`;
  return isByFile ? `${version}started by what ${name} wrote` : `${version}follows ${name}`;
}
