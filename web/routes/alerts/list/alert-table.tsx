import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Clock } from "../../../services/format.ts";
import { useKeys } from "../../../services/keys.ts";
import { useMedia } from "../../../services/media.ts";
import type { ShownAlert } from "../alerts-queries.ts";
import { AlertRow, COLUMNS, ROW } from "./alert-row.tsx";

interface Props {
  readonly alerts: readonly ShownAlert[];
  readonly clock: Clock;
  readonly now: number;
  readonly open: number | null;
  readonly onOpen: (alert: number | null) => void;
  readonly selected: ReadonlySet<number>;
  readonly onSelect: (alerts: readonly number[], isOn: boolean) => void;
  readonly onSilence: (alerts: readonly ShownAlert[]) => void;
  /** The end of what is loaded is seen. */
  readonly onEnd: () => void;
}

/** `j` and `k` move, `x` selects, Enter opens and closes a row, `s` silences. */
export function AlertTable(props: Props): ReactElement {
  const { alerts, open, onOpen, selected, onSelect, onSilence, onEnd } = props;
  const grid = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const [margin, setMargin] = useState(0);
  // On paper nothing scrolls: all rows that are loaded are drawn.
  const isPrinted = useMedia("print");
  useLayoutEffect(() => setMargin((body.current?.getBoundingClientRect().top ?? 0) + window.scrollY), [alerts.length]);
  const rows = useWindowVirtualizer({
    count: alerts.length,
    estimateSize: () => rowHeight(),
    overscan: isPrinted ? alerts.length : 12,
    scrollMargin: margin,
    getItemKey: (index) => alerts[index]?.id ?? index,
  });
  const seen = rows.getVirtualItems();
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => {
    if (!isPrinted && last >= alerts.length - 20) onEnd();
  }, [isPrinted, last, alerts.length, onEnd]);
  const current = alerts[Math.min(at, alerts.length - 1)];
  const move = (by: number): void => {
    const next = Math.min(alerts.length - 1, Math.max(0, at + by));
    setAt(next);
    rows.scrollToIndex(next);
    grid.current?.focus({ preventScroll: true });
  };
  const select = (): void => {
    if (current !== undefined) onSelect([current.id], !selected.has(current.id));
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: select,
    s: () => {
      const chosen = alerts.filter(({ id }) => selected.has(id));
      if (chosen.length > 0) onSilence(chosen);
      else if (current !== undefined) onSilence([current]);
    },
  });
  const keys = (event: KeyboardEvent): void => {
    // A button of a row has its own keys.
    if (event.target !== grid.current) return;
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
    if (by !== undefined) move(by);
    else if (event.key === "Enter" && current !== undefined) onOpen(open === current.id ? null : current.id);
    else if (event.key === " ") select();
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={grid}
      role="grid"
      aria-label="Alerts"
      aria-rowcount={alerts.length + 1}
      aria-multiselectable="true"
      tabIndex={0}
      aria-activedescendant={current === undefined ? undefined : `alert-${current.id}`}
      onKeyDown={keys}
      className="text-small"
    >
      <div
        role="row"
        className={`${ROW} h-(--row-head) border-y border-line bg-surface-2 text-ink-3 max-[720px]:sr-only`}
      >
        {COLUMNS.map(({ name, isNumber = false, isHidden = false, isWide = false }) => (
          <span
            key={name}
            role="columnheader"
            className={`truncate px-2 ${isNumber ? "text-right" : ""} ${isWide ? "max-[1280px]:invisible max-[1280px]:px-0" : ""}`}
          >
            {isHidden ? <span className="sr-only">{name}</span> : name}
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
          const alert = alerts[index];
          if (alert === undefined) return null;
          return (
            <AlertRow
              key={alert.id}
              {...props}
              alert={alert}
              index={index}
              start={start - margin}
              measure={rows.measureElement}
              isAt={index === at}
              isOpen={open === alert.id}
              isSelected={selected.has(alert.id)}
              onPoint={() => setAt(index)}
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
