import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Clock } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { useMedia } from "../../../services/media.ts";
import type { ShownFile } from "../files-queries.ts";
import { FileRow, ROW } from "./file-row.tsx";

interface Props {
  readonly files: readonly ShownFile[];
  readonly clock: Clock;
  readonly now: number;
  /** Rows say their day too. */
  readonly hasDays: boolean;
  readonly open: number | null;
  readonly onOpen: (file: number | null) => void;
  /** The end of what is loaded is seen. */
  readonly onEnd: () => void;
}

const COLUMNS = [
  { name: "Received ↓", isNumber: true },
  { name: "Path" },
  { name: "Size", isNumber: true },
  { name: "Task time" },
  { name: "Matched" },
  { name: "Tasks" },
  { name: "ms", isNumber: true },
] as const;

/** `j` and `k` move, Enter opens and closes a row. */
export function FileTable(props: Props): ReactElement {
  const { files, open, onOpen, onEnd } = props;
  const grid = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const [margin, setMargin] = useState(0);
  // On paper nothing scrolls: all rows that are loaded are drawn.
  const isPrinted = useMedia("print");
  useLayoutEffect(() => setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [files.length]);
  const rows = useWindowVirtualizer({
    count: files.length,
    estimateSize: () => rowHeight(),
    overscan: isPrinted ? files.length : 12,
    scrollMargin: margin,
    getItemKey: (index) => files[index]?.id ?? index,
  });
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!isPrinted && last >= files.length - 20) onEnd();
  }, [isPrinted, last, files.length, onEnd]);
  const current = files[Math.min(at, files.length - 1)];
  const move = (by: number): void => {
    const next = Math.min(files.length - 1, Math.max(0, at + by));
    setAt(next);
    rows.scrollToIndex(next);
    grid.current?.focus({ preventScroll: true });
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
  const keys = (event: KeyboardEvent): void => {
    // What stands in an open row has its own keys.
    if (event.target !== grid.current) return;
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -files.length, End: files.length }[
      event.key
    ];
    if (by !== undefined) move(by);
    else if (event.key === "Enter" && current !== undefined) onOpen(open === current.id ? null : current.id);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={grid}
      role="grid"
      aria-label="Files"
      aria-rowcount={-1}
      tabIndex={0}
      aria-activedescendant={current === undefined ? undefined : `file-${current.id}`}
      onKeyDown={keys}
      className="text-small focus-visible:-outline-offset-2"
    >
      <div
        role="row"
        className={`${ROW} ${props.hasDays ? "has-days" : ""} h-(--row-head) border-b border-line bg-surface-2 text-ink-3 max-[720px]:sr-only`}
      >
        {COLUMNS.map((column) => (
          <span
            key={column.name}
            role="columnheader"
            aria-sort={column.name === "Received ↓" ? "descending" : undefined}
            className={`truncate px-2 ${"isNumber" in column ? "text-right" : ""} ${column.name === "Received ↓" ? "text-ink" : ""} ${column.name === "ms" ? "max-[1380px]:invisible max-[1380px]:px-0" : ""}`}
          >
            {column.name}
          </span>
        ))}
      </div>
      <div
        ref={(element) => {
          body.current = element;
          element?.style.setProperty("height", `${rows.getTotalSize()}px`);
        }}
        role="rowgroup"
        className="relative"
      >
        {seen.map(({ index, start }) => {
          const file = files[index];
          if (file === undefined) return null;
          return (
            <FileRow
              key={file.id}
              file={file}
              clock={props.clock}
              now={props.now}
              hasDays={props.hasDays}
              index={index}
              start={start - margin}
              measure={rows.measureElement}
              isAt={index === at}
              isOpen={open === file.id}
              onPoint={() => setAt(index)}
              onOpen={onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

function rowHeight(): number {
  return Number.parseInt(getComputedStyle(document.documentElement).getPropertyValue("--row"), 10) || 28;
}
