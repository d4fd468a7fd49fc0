import { useEffect, useRef } from "react";
import type { Key } from "./key-names.ts";

/** Keys of a view, each of which the help has. */
export type KeyMap = { readonly [key in Key]?: () => void };

/** The second key of a pair comes within this time (ms). */
const PAIR_MS = 1000;

/** Handles keys while the view is shown, but not what is typed into a field, nor beside a dialog that is open. The map may change at each rendering. */
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
      if (isTyped || event.defaultPrevented || event.altKey || isCovered()) return;
      const key = event.ctrlKey || event.metaKey ? `ctrl ${event.key.toLowerCase()}` : event.key;
      const pair = event.timeStamp - firstAt < PAIR_MS ? `${first} ${key}` : "";
      const known: Readonly<Record<string, () => void>> = current.current;
      const run = known[pair] ?? known[key];
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

/** A dialog over the page has its own keys. */
function isCovered(): boolean {
  return document.querySelector("dialog[open]") !== null;
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
