import { type RefObject, useLayoutEffect, useState } from "react";

/** The part of a scrolled area that is seen, in pixels. */
interface View {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Followed in whole steps, so that a heatmap is not drawn again with each pixel. */
const STEP = 64;

interface End {
  /** What stands first: with another one it begins at its right end again; undefined: there is nothing yet. */
  readonly begin: unknown;
  /** In px. */
  readonly width: number;
}

/** What is seen of a scrolled element, as it is scrolled and resized. With `end` it begins at its right end, from the first painting on. */
export function useView(element: RefObject<HTMLElement | null>, end: End | null = null): View {
  const [view, setView] = useState<View>({ top: 0, left: 0, height: 640, width: 1280 });
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const look = (): void => {
      const next = {
        top: Math.floor(current.scrollTop / STEP) * STEP,
        left: Math.floor(current.scrollLeft / STEP) * STEP,
        height: (current.clientHeight || 576) + STEP,
        width: (current.clientWidth || 1216) + STEP,
      };
      setView((last) =>
        last.top === next.top && last.left === next.left && last.height === next.height && last.width === next.width
          ? last
          : next,
      );
    };
    look();
    current.addEventListener("scroll", look, { passive: true });
    const observer = new ResizeObserver(look);
    observer.observe(current);
    return () => {
      current.removeEventListener("scroll", look);
      observer.disconnect();
    };
  }, [element]);
  const begin = end?.begin;
  const width = end?.width ?? 0;
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null || begin === undefined) return;
    current.scrollTo({ left: width, behavior: "instant" });
    // The browser's own event comes after it has painted.
    current.dispatchEvent(new Event("scroll"));
  }, [element, begin, width]);
  return view;
}
