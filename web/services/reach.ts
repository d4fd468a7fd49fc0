import { useSyncExternalStore } from "react";

/** Whether the server answers; while it does not, it is asked again by itself. */
export interface Reach {
  readonly isAway: boolean;
  /** When it last answered (ms); null: it never did. Kept up to date only while it is away. */
  readonly answeredAt: number | null;
  /** When it is asked again (ms); null: now, or it is not away. */
  readonly nextTryAt: number | null;
}

/** Between the tries: soon at first, for a restart is short. */
const TRIES_MS = [1000, 2000, 3000, 5000, 10_000, 15_000];

let state: Reach = { isAway: false, answeredAt: null, nextTryAt: null };
let answeredAt: number | null = null;
let tries = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
const listeners = new Set<() => void>();
const backListeners = new Set<() => void>();

function set(next: Reach): void {
  state = next;
  for (const listener of listeners) listener();
}

/** It has answered, whatever it said. */
export function noteAnswer(): void {
  answeredAt = Date.now();
  if (!state.isAway) return;
  if (timer !== null) clearTimeout(timer);
  timer = null;
  tries = 0;
  set({ isAway: false, answeredAt, nextTryAt: null });
  for (const listener of backListeners) listener();
}

/** It did not answer. */
export function noteAway(): void {
  if (!state.isAway) plan();
}

function plan(): void {
  const wait = TRIES_MS[Math.min(tries, TRIES_MS.length - 1)] ?? 0;
  tries += 1;
  timer = setTimeout(() => void tryNow(), wait);
  set({ isAway: true, answeredAt, nextTryAt: Date.now() + wait });
}

/** Asks at once whether it is back; a hidden tab waits until it is seen. */
export async function tryNow(): Promise<void> {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => void tryNow(), { once: true });
    return;
  }
  set({ ...state, nextTryAt: null });
  try {
    const { status } = await fetch("/api/health/live", { cache: "no-store" });
    if (!isGateway(status)) {
      noteAnswer();
      return;
    }
  } catch {
    // Not yet.
  }
  if (state.isAway) plan();
}

/** What a proxy answers for a server that it does not reach. */
export function isGateway(status: number): boolean {
  return status === 502 || status === 504;
}

/** `listener` is called when it answers again. Returns how to stop listening. */
export function onBack(listener: () => void): () => void {
  backListeners.add(listener);
  return () => backListeners.delete(listener);
}

export function useReach(): Reach {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** What writes is disabled meanwhile. */
export function useIsAway(): boolean {
  return useReach().isAway;
}
