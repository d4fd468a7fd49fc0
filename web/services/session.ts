import { useSyncExternalStore } from "react";

/** What is told of it: the refusal of a request. */
interface Refused extends Error {
  readonly code: string;
}

/** Codes of the refusals that a login mends. */
const MENDED = ["session_over", "login_needed"];

let end: Refused | null = null;
/** What was refused, and goes on after the login. */
let waiting: { readonly isChange: boolean; readonly resolve: () => void }[] = [];
const listeners = new Set<() => void>();

export function isSessionEnd({ code }: Refused): boolean {
  return MENDED.includes(code);
}

/** A request was refused because nobody is logged in any more. Resolves when somebody has logged in again. */
export function loginAgain(error: Refused, isChange: boolean): Promise<void> {
  return new Promise((resolve) => {
    waiting.push({ isChange, resolve });
    set(error);
  });
}

/** Somebody has logged in: what was refused meanwhile is sent again. */
export function noteLogin(): void {
  const resolved = waiting;
  waiting = [];
  set(null);
  for (const { resolve } of resolved) resolve();
}

/** The person leaves: what was refused is not sent. */
export function noteLeave(): void {
  waiting = [];
  set(null);
}

/** How many changes wait for a login. */
export function waitingChanges(): number {
  return waiting.filter(({ isChange }) => isChange).length;
}

function set(next: Refused | null): void {
  if (end === next) return;
  end = next;
  for (const listener of listeners) listener();
}

/** Why the session is over; null: it is not, as far as is known. */
export function useSessionEnd(): Refused | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => end,
  );
}
