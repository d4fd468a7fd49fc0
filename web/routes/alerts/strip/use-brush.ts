import { type KeyboardEvent, type PointerEvent, useState } from "react";
import type { Span } from "../range.ts";

interface Brush {
  /** What is being drawn; null: nothing. */
  readonly drawn: Span | null;
  readonly handlers: {
    readonly onKeyDown: (event: KeyboardEvent) => void;
    readonly onBlur: () => void;
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: () => void;
    readonly onPointerCancel: () => void;
    readonly onPointerLeave: () => void;
  };
}

/** Steps in which the arrow keys read. */
const STEPS = 24;
/** A range narrower than this share of the axis is a click. */
const LEAST = 0.01;

/** Dragging draws a range. Arrows read a step, with Shift they draw, Enter takes what is drawn or read. */
export function useBrush(
  span: Span,
  read: Span | null,
  onRead: (span: Span | null) => void,
  onSpan: (span: Span) => void,
): Brush {
  const [drag, setDrag] = useState<Span | null>(null);
  const length = span.until - span.from;
  const step = length / STEPS;
  const stepAt = (at: number): Span => {
    const index = Math.min(STEPS - 1, Math.max(0, Math.floor((at - span.from) / step)));
    return { from: span.from + index * step, until: span.from + (index + 1) * step };
  };
  const timeAt = ({ clientX, currentTarget }: PointerEvent): number => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return span.from + Math.min(1, Math.max(0, (clientX - left) / width)) * length;
  };
  const drawn =
    drag === null || Math.abs(drag.until - drag.from) < length * LEAST
      ? null
      : { from: Math.min(drag.from, drag.until), until: Math.max(drag.from, drag.until) };
  const keys = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined) {
      const next = stepAt(
        read === null ? (by > 0 ? span.from : span.until - 1) : (read.from + read.until) / 2 + by * step,
      );
      setDrag(event.shiftKey ? { from: drag?.from ?? (read ?? next).from, until: next.until } : null);
      onRead(next);
    } else if (event.key === "Enter" && (drawn ?? read) !== null) {
      setDrag(null);
      onRead(null);
      onSpan((drawn ?? read) as Span);
    } else if (event.key === "Escape" && (drag ?? read) !== null) {
      setDrag(null);
      onRead(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    drawn,
    handlers: {
      onKeyDown: keys,
      onBlur: () => setDrag(null),
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = timeAt(event);
        setDrag({ from: at, until: at });
      },
      onPointerMove: (event) => {
        const at = timeAt(event);
        onRead(stepAt(at));
        if (drag !== null) setDrag({ ...drag, until: at });
      },
      onPointerUp: () => {
        setDrag(null);
        if (drawn !== null) onSpan(drawn);
      },
      onPointerCancel: () => setDrag(null),
      onPointerLeave: () => onRead(null),
    },
  };
}
