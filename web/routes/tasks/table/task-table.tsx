import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactElement, type RefObject, useEffect, useRef } from "react";
import { useKeys } from "../../../services/keys.ts";
import type { Clock } from "../../../services/format.ts";
import { useIsPhone, useMedia } from "../../../services/media.ts";
import type { RunningTask, ShownTask } from "../tasks-queries.ts";
import { Head } from "./head.tsx";
import { Row } from "./row.tsx";
import type { ColumnsInUse } from "./use-columns.ts";

interface Props {
  readonly tasks: readonly ShownTask[];
  readonly running: ReadonlyMap<number, RunningTask> | undefined;
  readonly inUse: ColumnsInUse;
  readonly clock: Clock;
  readonly now: number;
  readonly sort: string;
  readonly onSort: (sort: string) => void;
  /** The row under the cursor. */
  readonly at: number;
  readonly onPoint: (index: number) => void;
  readonly isSelected: (record: number) => boolean;
  readonly onSelect: (index: number, isRange: boolean) => void;
  readonly isAllSelected: boolean;
  readonly onSelectAll: () => void;
  readonly onOpen: (record: number) => void;
  readonly onCopy: (text: string) => void;
  /** What scrolls on a phone, where the list is a part of the page. */
  readonly page: RefObject<HTMLElement | null>;
  /** The end of what is loaded is seen. */
  readonly onEnd: () => void;
  /** Whether rows above are out of sight: somebody reads. */
  readonly onScrolled: (isScrolled: boolean) => void;
}

const BOX = "44px";

/** Rows of a fixed height, of which only those are drawn that are seen. `j` and `k` move, `x` selects, Enter opens. */
export function TaskTable(props: Props): ReactElement {
  const { tasks, inUse, at, onPoint, onSelect, onOpen, onEnd, onScrolled } = props;
  const isPhone = useIsPhone();
  // On paper nothing scrolls: all rows that are loaded are drawn.
  const isPrinted = useMedia("print");
  const frame = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => (isPhone ? props.page.current : frame.current),
    estimateSize: () => (isPhone ? 60 : rowHeight()),
    overscan: isPrinted ? tasks.length : 12,
    scrollMargin: isPhone ? (body.current?.offsetTop ?? 0) : 0,
  });
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  const isScrolled = (rows.scrollOffset ?? 0) > rows.options.scrollMargin + 60;
  useEffect(() => onScrolled(isScrolled), [isScrolled, onScrolled]);
  useEffect(() => {
    if (!isPrinted && last >= tasks.length - 20) onEnd();
  }, [isPrinted, last, tasks.length, onEnd]);
  useEffect(() => rows.measure(), [isPhone, rows]);
  const go = (by: number): void => {
    const next = Math.min(tasks.length - 1, Math.max(0, at + by));
    onPoint(next);
    rows.scrollToIndex(next);
    frame.current?.focus({ preventScroll: true });
  };
  const act = (key: string): boolean => {
    const by = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[key];
    const task = tasks[at];
    if (by !== undefined) go(by);
    else if (key === "Home") go(-tasks.length);
    else if (key === "End") go(tasks.length);
    else if (key === "x" && task !== undefined) onSelect(at, false);
    else if (key === "Enter" && task !== undefined) onOpen(task.record_id);
    else return false;
    return true;
  };
  const keys = (event: KeyboardEvent): void => {
    // The head has buttons with keys of their own.
    const isHead = event.target instanceof Element && event.target.closest('[role="columnheader"]') !== null;
    if (!isHead && act(event.key)) event.preventDefault();
  };
  useKeys({ j: () => act("j"), k: () => act("k"), x: () => act("x") });
  const tracks = `${BOX} ${inUse.tracks}`;
  return (
    <div
      ref={frame}
      data-scroll-restoration-id="tasks"
      role="grid"
      aria-label="Tasks"
      aria-multiselectable="true"
      aria-rowcount={-1}
      tabIndex={0}
      aria-activedescendant={tasks[at] === undefined ? undefined : `task-${tasks[at].record_id}`}
      onKeyDown={keys}
      className={`text-small focus-visible:-outline-offset-2 ${isPhone ? "" : "min-h-0 flex-1 overflow-auto print:overflow-visible"}`}
    >
      <div style={isPhone ? {} : { minWidth: inUse.leastWidth + 44 }}>
        {!isPhone && <Head {...props} tracks={tracks} />}
        <div ref={body} role="rowgroup" className="relative" style={{ height: rows.getTotalSize() }}>
          {seen.map(({ index, start }) => {
            const task = tasks[index];
            if (task === undefined) return null;
            const isRunning = task.state === "running" || task.state === "overdue";
            return (
              <Row
                key={task.record_id}
                task={task}
                running={isRunning ? props.running?.get(task.record_id) : undefined}
                columns={inUse.columns}
                tracks={tracks}
                clock={props.clock}
                now={props.now}
                index={index}
                start={start - rows.options.scrollMargin}
                isPhone={isPhone}
                isAt={index === at}
                isSelected={props.isSelected(task.record_id)}
                onPoint={onPoint}
                onSelect={onSelect}
                onOpen={onOpen}
                onCopy={props.onCopy}
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
