import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactElement, useMemo, useRef, useState } from "react";
import { Clock } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { useIsPhone, useMedia } from "../../../services/media.ts";
import { useNow } from "../../../services/now.ts";
import { useZone } from "../../../services/preferences.ts";
import { figuresQuery, type WorkflowFile } from "../workflows-queries.ts";
import { COLUMNS, FileRow, ROW } from "./file-row.tsx";

interface Props {
  readonly files: readonly WorkflowFile[];
  readonly chosen: string | null;
  readonly onChoose: (path: string) => void;
}

/** Rows that are seen at once; more are scrolled to, so that the chosen file stays in view below. */
const SEEN = 8;
const [ROW_HEIGHT, TOUCH_HEIGHT] = [28, 52];

/** `j` and `k` move, Enter chooses. */
export function FileList({ files, chosen, onChoose }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const { data: figures } = useQuery(figuresQuery);
  const figuresOf = useMemo(() => new Map(figures?.workflows.map((one) => [one.path, one])), [figures]);
  const zone = useZone();
  const clock = useMemo(() => new Clock(zone), [zone]);
  const now = useNow(10_000);
  const isPhone = useIsPhone();
  const isPrinted = useMedia("print");
  const height = isPhone ? TOUCH_HEIGHT : ROW_HEIGHT;
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      files.findIndex(({ path }) => path === chosen),
    ),
  );
  const rows = useVirtualizer({
    count: files.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    initialOffset: Math.max(0, at - 2) * height,
    overscan: isPrinted ? files.length : 8,
  });
  const current = Math.min(at, files.length - 1);
  const move = (by: number): void => {
    const next = Math.min(files.length - 1, Math.max(0, current + by));
    setAt(next);
    rows.scrollToIndex(next);
    frame.current?.focus({ preventScroll: true });
  };
  useKeys({ j: () => move(1), k: () => move(-1) });
  const choose = (index: number): void => {
    const file = files[index];
    setAt(index);
    if (file !== undefined) onChoose(file.path);
  };
  const keys = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: SEEN, PageUp: -SEEN }[event.key];
    if (by !== undefined) move(by);
    else if (event.key === "Enter") choose(current);
    else return;
    event.preventDefault();
  };
  const shown = Math.min(files.length, isPhone ? 4 : SEEN);
  return (
    <div
      ref={(element) => {
        frame.current = element;
        element?.style.setProperty("max-height", `${shown * height + (isPhone ? 0 : ROW_HEIGHT)}px`);
      }}
      role="grid"
      aria-label="Workflow files"
      aria-rowcount={files.length + 1}
      tabIndex={0}
      aria-activedescendant={files.length === 0 ? undefined : `workflow-file-${current}`}
      onKeyDown={keys}
      className="overflow-y-auto text-small"
    >
      <div
        role="row"
        className={`${ROW} sticky top-0 z-1 h-(--row-head) border-b border-line bg-surface-2 text-ink-3 max-[720px]:sr-only`}
      >
        {COLUMNS.map(({ name, isNumber = false, className = "" }) => (
          <span
            key={name}
            role="columnheader"
            className={`truncate px-2 first:pl-(--gutter) last:pr-(--gutter) ${isNumber ? "text-right" : ""} ${className}`}
          >
            {name}
          </span>
        ))}
      </div>
      <div
        ref={(element) => element?.style.setProperty("height", `${rows.getTotalSize()}px`)}
        role="rowgroup"
        className="relative"
      >
        {rows.getVirtualItems().map(({ index, start }) => {
          const file = files[index];
          return file === undefined ? null : (
            <FileRow
              key={file.path}
              file={file}
              figures={figuresOf.get(file.path)}
              clock={clock}
              now={now}
              index={index}
              start={start}
              height={height}
              isAt={index === current}
              isChosen={file.path === chosen}
              onChoose={() => choose(index)}
            />
          );
        })}
      </div>
    </div>
  );
}
