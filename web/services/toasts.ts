import { useSyncExternalStore } from "react";

/** What the person did a moment ago, with a way back where there is one. */
export interface Toast {
  readonly text: string;
  /** What became of it, or will. */
  readonly detail: string | null;
  readonly undo: (() => void) | null;
  /** A share of 0 to 1 while it goes on: the toast stays as long. */
  readonly progress: number | null;
}

const SHOWN_MS = 10_000;
let current: Toast | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;
const listeners = new Set<() => void>();

/** One at a time: a new one takes the place of the one before. */
export function showToast(text: string, undo: Toast["undo"] = null, detail: Toast["detail"] = null): Toast {
  return set({ text, detail, undo, progress: null });
}

/** Of what goes on, in the place of the same shown `before`; null: the person has closed that, or does something else. */
export function showProgress(toast: Omit<Toast, "undo">, before: Toast | null): Toast | null {
  if (before !== null && current !== before) return null;
  return set({ ...toast, undo: null });
}

export function closeToast(): void {
  set(null);
}

function set<T extends Toast | null>(next: T): T {
  current = next;
  if (timer !== null) clearTimeout(timer);
  timer = next === null || next.progress !== null ? null : setTimeout(closeToast, SHOWN_MS);
  for (const listener of listeners) listener();
  return next;
}

/** Takes back what the toast that is shown says. */
export function undoToast(): void {
  const undo = current?.undo ?? null;
  if (undo === null) return;
  closeToast();
  undo();
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
