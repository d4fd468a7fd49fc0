import type { ReactElement, ReactNode } from "react";
import { StatusWord } from "../../../components/mark.tsx";
import { type Clock, duration, NOTHING, share } from "../../../services/format.ts";
import { statusOf } from "../../../services/task-status.ts";
import type { RunningTask, ShownTask } from "../tasks-queries.ts";
import type { ColumnId } from "./columns.ts";

export interface Shown {
  readonly task: ShownTask;
  /** What its worker says, while it has it. */
  readonly running: RunningTask | undefined;
  readonly clock: Clock;
  readonly now: number;
}

/** What stands in a cell. */
export function cellOf(id: ColumnId, { task, running, clock, now }: Shown): ReactNode {
  switch (id) {
    case "status":
      return <StatusWord status={statusOf(task)} />;
    case "type":
    case "job":
    case "workflow":
    case "origin":
      return task[id];
    case "task_time":
      return <TaskTime task={task} />;
    case "info":
    case "meta":
    case "id":
      return task[id];
    case "msg":
      return running === undefined ? <Message task={task} /> : <Progress running={running} now={now} />;
    case "created":
    case "started":
    case "ended":
      return momentOf(task[id], clock, now);
    case "queue":
      return seconds(task.queue_seconds);
    case "run":
      return seconds(runSeconds(task, running, now));
    case "attempt":
      return task.attempt === 0 ? (
        <Zero />
      ) : task.retries === null ? (
        task.attempt
      ) : (
        `${task.attempt} of ${task.retries}`
      );
    case "worker":
      return running?.worker ?? NOTHING;
    case "record":
      return task.record_id;
  }
}

/** The text to copy; null: nothing is worth it. */
export function textOf(id: ColumnId, task: ShownTask): string | null {
  switch (id) {
    case "task_time":
    case "created":
    case "started":
    case "ended":
      return task[id];
    case "info":
    case "msg":
    case "meta":
    case "id":
    case "workflow":
      return task[id] === "" ? null : task[id];
    case "record":
      return String(task.record_id);
    default:
      return null;
  }
}

/** What a task is about, with a T; hours and days lose the zeros that say nothing. */
export function TaskTime({ task }: { readonly task: Pick<ShownTask, "task_time"> }): ReactElement {
  const { task_time: time } = task;
  if (time === null) return <span className="text-ink-3">{NOTHING}</span>;
  const short = time.slice(0, 16).replace(/:00$/, "");
  return <span className="font-mono">{short}</span>;
}

/** The worker's words; those of a failure are in ink, the rest may be passed over. */
export function Message({ task }: { readonly task: ShownTask }): ReactElement {
  const isLoud = task.state === "finished" && task.result !== "complete";
  return <span className={isLoud ? "" : "text-ink-2"}>{task.msg}</span>;
}

/** A bar and the worker's words; without reports how long it runs is all that is known. */
export function Progress({ running, now }: { readonly running: RunningTask; readonly now: number }): ReactElement {
  const { progress, msg, began_at: began, reported_at: reported } = running;
  if (progress === null && (msg === null || msg === ""))
    return (
      <span className="text-ink-2">
        {began === null ? "" : `${duration(Math.max(0, now - Date.parse(began)))} so far`}
      </span>
    );
  return (
    <span className="flex min-w-0 items-center gap-2" title={reported === null ? undefined : `reported ${reported}`}>
      {progress !== null && (
        <svg
          viewBox="0 0 96 6"
          preserveAspectRatio="none"
          className="h-1.5 w-24 min-w-10"
          role="img"
          aria-label={share(progress)}
        >
          <rect width="96" height="6" rx="2" fill="var(--surface-4)" />
          <rect width={Math.max(2, 96 * progress)} height="6" rx="2" fill="var(--running)" />
        </svg>
      )}
      <span className="max-w-3/4 shrink-0 truncate text-ink-2">{msg ?? ""}</span>
    </span>
  );
}

export function runSeconds(task: ShownTask, running: RunningTask | undefined, now: number): number | null {
  if (task.state !== "running" && task.state !== "overdue") return task.task_seconds;
  const began = running?.began_at ?? task.started;
  return began === null ? null : Math.max(0, now - Date.parse(began)) / 1000;
}

function momentOf(at: string | null, clock: Clock, now: number): ReactNode {
  return at === null ? <span className="text-ink-3">{NOTHING}</span> : clock.moment(Date.parse(at), now);
}

function seconds(value: number | null): ReactNode {
  return value === null ? <span className="text-ink-3">{NOTHING}</span> : duration(value * 1000);
}

function Zero(): ReactElement {
  return <span className="text-ink-3">0</span>;
}
