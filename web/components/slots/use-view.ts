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

/** What is seen of a scrolled element, as it is scrolled and resized. */
export function useView(element: RefObject<HTMLElement | null>): View {
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
  return view;
}
