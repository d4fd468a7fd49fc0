import { useEffect, useRef } from "react";

/** Keys of a view: `j`, `Enter`, `ctrl k`, or two after each other, `g t`. */
export type KeyMap = Readonly<Record<string, () => void>>;

/** The second key of a pair comes within this time (ms). */
const PAIR_MS = 1000;

/** Handles keys while the view is shown, but not what is typed into a field. The map may change at each rendering. */
export function useKeys(keys: KeyMap): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    let first = "";
    let firstAt = 0;
    const handle = (event: KeyboardEvent): void => {
      const isTyped = isField(event.target) && !event.ctrlKey && !event.metaKey && event.key !== "Escape";
      if (isTyped || event.defaultPrevented || event.altKey) return;
      const key = event.ctrlKey || event.metaKey ? `ctrl ${event.key.toLowerCase()}` : event.key;
      const pair = event.timeStamp - firstAt < PAIR_MS ? `${first} ${key}` : "";
      const run = current.current[pair] ?? current.current[key];
      [first, firstAt] = [key, event.timeStamp];
      if (run === undefined) return;
      event.preventDefault();
      first = "";
      run();
    };
    document.addEventListener("keydown", handle);
    return () => document.removeEventListener("keydown", handle);
  }, []);
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
