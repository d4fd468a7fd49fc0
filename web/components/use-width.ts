import { type RefObject, useLayoutEffect, useState } from "react";

/** How wide the element is, in CSS pixels, as long as it is shown. */
export function useWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(800);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => setWidth(current.getBoundingClientRect().width || 800);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
