import { useSyncExternalStore } from "react";

/** What the person did a moment ago, with a way back where there is one. */
export interface Toast {
  readonly text: string;
  readonly undo: (() => void) | null;
}

const SHOWN_MS = 10_000;
let current: Toast | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;
const listeners = new Set<() => void>();

/** One at a time: a new one takes the place of the one before. */
export function showToast(text: string, undo: (() => void) | null = null): void {
  set({ text, undo });
}

export function closeToast(): void {
  set(null);
}

function set(next: Toast | null): void {
  current = next;
  if (timer !== null) clearTimeout(timer);
  timer = next === null ? null : setTimeout(closeToast, SHOWN_MS);
  for (const listener of listeners) listener();
}

export function useToast(): Toast | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
