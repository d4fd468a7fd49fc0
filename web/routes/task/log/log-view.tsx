import {
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { LogRow } from "./log-row.tsx";
import type { LogSource, LogState } from "./log-source.ts";
import { heightOf, LINE, type Look, lookOf, moved, shownRows } from "./log-window.ts";

interface Props {
  readonly source: LogSource;
  readonly state: LogState;
  readonly label: string;
  /** Where it is, 0 at the beginning and 1 at the end. */
  readonly share: number;
  readonly onShare: (share: number) => void;
  readonly find: string;
  /** The row that is meant; null: none. */
  readonly current: number | null;
  readonly onRow: (row: number) => void;
  readonly isWrapped: boolean;
}

/**
 * A window on the rows. The scroll bar stands for the whole output, however long: at its place between both ends the row of the same
 * place stands, at the same part of the window, so the first row is at the top in the beginning and the last at the bottom in the end.
 */
export function LogView(props: Props): ReactElement {
  const { source, state, label, share, onShare, find, current, onRow, isWrapped } = props;
  const frame = useRef<HTMLDivElement>(null);
  const block = useRef<HTMLDivElement>(null);
  const height = useHeight(frame);
  const look: Look = { rows: state.rows, share, height };
  const measured = useRef({ rowHeight: LINE });
  const total = heightOf(look);
  const { from, until } = shownRows(look);
  const loaded = Array.from({ length: until - from }, (_, at) => source.row(from + at));
  // Rows without their texts would be less high, and the others would move when those come.
  const texts = loaded.every((text) => text === null) ? [] : loaded;

  useLayoutEffect(() => {
    const element = block.current;
    if (element === null || element.children.length === 0) return;
    measured.current.rowHeight = element.offsetHeight / element.children.length;
    element.style.setProperty("transform", `translateY(${-offsetOf(element, from, look)}px)`);
  });
  useLayoutEffect(() => {
    const element = frame.current;
    const top = share * (total - height);
    // Not what the person has scrolled to just now.
    if (element !== null && Math.abs(element.scrollTop - top) > 1) element.scrollTop = top;
  }, [share, total, height]);
  useWheel(frame, (delta) => {
    const next = moved(look, delta, measured.current.rowHeight);
    if (next === share) return false;
    onShare(next);
    return true;
  });

  const keys = (event: KeyboardEvent): void => {
    const page = Math.max(LINE, height - 2 * LINE);
    const by: Readonly<Record<string, number>> = {
      PageDown: page,
      PageUp: -page,
      " ": page,
      ArrowDown: LINE * 2,
      ArrowUp: -LINE * 2,
    };
    const step = by[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Home") onShare(0);
    else if (event.key === "End") onShare(1);
    else if (step !== undefined) onShare(moved(look, step, measured.current.rowHeight));
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={frame}
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      onKeyDown={keys}
      onScroll={({ currentTarget }) => {
        const most = currentTarget.scrollHeight - currentTarget.clientHeight;
        const { scrollTop } = currentTarget;
        if (Math.abs(scrollTop - Math.min(most, share * (total - height))) <= 1) return;
        onShare(scrollTop >= most - 1 ? 1 : scrollTop / Math.max(1, most));
      }}
      className="h-full overflow-y-scroll bg-surface-2 font-mono text-small"
    >
      <div
        {...(isWrapped ? {} : { tabIndex: 0, role: "region", "aria-label": "Long lines" })}
        className="sticky top-0 overflow-x-auto overflow-y-hidden"
        ref={(element) => element?.style.setProperty("height", `${height}px`)}
      >
        <div ref={block} className={isWrapped ? "" : "w-max min-w-full"}>
          {texts.map((text, at) => (
            <LogRow
              // At the end new lines change what rows say, so that none of them moves by itself.
              key={share === 1 ? until - from - at : `row ${from + at}`}
              row={from + at}
              text={text}
              find={find}
              isCurrent={from + at === current}
              isWrapped={isWrapped}
              onRow={onRow}
            />
          ))}
        </div>
      </div>
      <div ref={(element) => element?.style.setProperty("height", `${Math.max(0, total - height)}px`)} />
    </div>
  );
}

/** How far the block begins above the window. Both ends of the output stay at those of the window. */
function offsetOf(element: HTMLElement, from: number, look: Look): number {
  const { row, part } = lookOf(look);
  const child = element.children[row - from];
  const top = child instanceof HTMLElement ? child.offsetTop + part * child.offsetHeight : 0;
  const offset = top - look.share * look.height;
  const atEnd = from + element.children.length >= look.rows ? element.offsetHeight - look.height : Infinity;
  return Math.round(from === 0 ? Math.max(0, Math.min(offset, atEnd)) : Math.min(offset, atEnd));
}

function useHeight(frame: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(320);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);
  return height;
}

/** A long output is more than its scroll bar has pixels for: a turn of the wheel moves it by what is seen. At its ends the page goes on. */
function useWheel(frame: RefObject<HTMLElement | null>, move: (delta: number) => boolean): void {
  const current = useRef(move);
  useEffect(() => {
    current.current = move;
  });
  useEffect(() => {
    const element = frame.current;
    const handle = (event: WheelEvent): void => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
      if (current.current(event.deltaY * unit)) event.preventDefault();
    };
    // React's own listener may not keep the page from scrolling.
    element?.addEventListener("wheel", handle, { passive: false });
    return () => element?.removeEventListener("wheel", handle);
  }, [frame]);
}
