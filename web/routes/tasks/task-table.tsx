import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { StatusWord } from "../../components/mark.tsx";
import { type Clock, duration, NOTHING } from "../../services/format.ts";
import { statusOf } from "../../services/task-status.ts";
import { COLUMNS, type Column, TRACKS } from "./columns.ts";
import type { ShownTask } from "./tasks-queries.ts";

interface Props {
  readonly tasks: readonly ShownTask[];
  readonly clock: Clock;
  readonly now: number;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  readonly selected: ReadonlySet<number>;
  readonly onSelect: (record: number) => void;
  readonly onOpen: (task: ShownTask) => void;
  /** The end of what is loaded is seen. */
  readonly onEnd: () => void;
}

/** Rows of a fixed height, of which only those are drawn that are seen. `j` and `k` move, `x` selects, Enter opens. */
export function TaskTable(props: Props): ReactElement {
  const { tasks, selected, onSelect, onOpen, onEnd } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const rows = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowHeight(),
    overscan: 12,
  });
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= tasks.length - 20) onEnd();
  }, [last, tasks.length, onEnd]);
  const keys = (event: KeyboardEvent): void => {
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
    const task = tasks[at];
    if (by !== undefined) {
      const next = Math.min(tasks.length - 1, Math.max(0, at + by));
      setAt(next);
      rows.scrollToIndex(next);
    } else if (event.key === "x" && task !== undefined) onSelect(task.record_id);
    else if (event.key === "Enter" && task !== undefined) onOpen(task);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      role="grid"
      aria-label="Tasks"
      aria-rowcount={-1}
      tabIndex={0}
      aria-activedescendant={tasks[at] === undefined ? undefined : `task-${tasks[at].record_id}`}
      onKeyDown={keys}
      className="min-h-0 flex-1 overflow-auto text-small"
    >
      <div className="min-w-260">
        <Head {...props} />
        <div
          role="rowgroup"
          className="relative"
          ref={(element) => element?.style.setProperty("height", `${rows.getTotalSize()}px`)}
        >
          {seen.map(({ index, start }) => {
            const task = tasks[index];
            if (task === undefined) return null;
            return (
              <Row
                key={task.record_id}
                {...props}
                task={task}
                start={start}
                isAt={index === at}
                isSelected={selected.has(task.record_id)}
                onPoint={() => setAt(index)}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

function rowHeight(): number {
  return Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10) || 28;
}

function setTracks(element: HTMLElement | null): void {
  element?.style.setProperty("grid-template-columns", TRACKS);
}

function Head({ sort, onSort }: Pick<Props, "sort" | "onSort">): ReactElement {
  const by = sort.replace(/^-/, "");
  const isDown = sort.startsWith("-");
  return (
    <div
      role="row"
      ref={setTracks}
      className="sticky top-0 z-1 grid h-(--row-head) items-center border-y border-line bg-surface-2 text-ink-3"
    >
      <span role="columnheader">
        <span className="sr-only">Selected</span>
      </span>
      {COLUMNS.map((column) => (
        <span
          key={column.id}
          role="columnheader"
          aria-sort={column.sort === by ? (isDown ? "descending" : "ascending") : undefined}
          className={`truncate px-2 ${column.isNumber === true ? "text-right" : ""}`}
        >
          {column.sort === undefined ? (
            column.name
          ) : (
            <button
              type="button"
              className={column.sort === by ? "font-medium text-ink" : ""}
              onClick={() => onSort(column.sort === by && isDown ? by : `-${column.sort}`)}
            >
              {column.name}
              {column.sort === by && (isDown ? " ↓" : " ↑")}
            </button>
          )}
        </span>
      ))}
    </div>
  );
}

interface RowProps extends Props {
  readonly task: ShownTask;
  readonly start: number;
  readonly isAt: boolean;
  readonly isSelected: boolean;
  readonly onPoint: () => void;
}

function Row({ task, start, isAt, isSelected, onPoint, onSelect, onOpen, clock, now }: RowProps): ReactElement {
  const place = (element: HTMLElement | null): void => {
    setTracks(element);
    element?.style.setProperty("transform", `translateY(${start}px)`);
  };
  return (
    <div
      role="row"
      id={`task-${task.record_id}`}
      ref={place}
      aria-selected={isSelected}
      onClick={onPoint}
      onDoubleClick={() => onOpen(task)}
      className={`absolute top-0 left-0 grid h-(--row) w-full items-center border-b border-line hover:bg-surface-3 aria-selected:bg-accent-weak ${isAt ? "shadow-[inset_2px_0_var(--accent)]" : ""}`}
    >
      <span role="gridcell" className="pl-2">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isSelected}
          aria-label={`Select ${task.type} ${task.id}`}
          onChange={() => onSelect(task.record_id)}
        />
      </span>
      {COLUMNS.map((column) => (
        <span
          key={column.id}
          role="gridcell"
          className={`truncate px-2 ${column.isNumber === true ? "text-right" : ""}`}
        >
          {cell(column, task, clock, now, onOpen)}
        </span>
      ))}
    </div>
  );
}

function cell(column: Column, task: ShownTask, clock: Clock, now: number, onOpen: Props["onOpen"]): ReactNode {
  switch (column.id) {
    case "status":
      return <StatusWord status={statusOf(task)} />;
    case "job":
      return (
        <a
          href={`/tasks/${task.record_id}`}
          tabIndex={-1}
          className="hover:underline"
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onOpen(task);
          }}
        >
          {task.job === "" ? task.type : `${task.type}:${task.job}`}
        </a>
      );
    case "task_time":
      return <span className="font-mono">{task.task_time?.slice(0, 16) ?? NOTHING}</span>;
    case "info":
      return (
        <span className="font-mono" title={task.info}>
          {task.info}
        </span>
      );
    case "msg":
      return <span title={task.msg}>{task.msg}</span>;
    case "created":
      return task.created === null ? NOTHING : clock.moment(Date.parse(task.created), now);
    case "queue":
      return seconds(task.queue_seconds);
    case "run":
      return seconds(task.task_seconds);
    case "attempt":
      return task.retries === null ? task.attempt : `${task.attempt} of ${task.retries}`;
    case "workflow":
      return <span title={task.workflow}>{task.workflow}</span>;
  }
}

function seconds(value: number | null): string {
  return value === null ? NOTHING : duration(value * 1000);
}
