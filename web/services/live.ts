import { useEffect, useSyncExternalStore } from "react";
import type { EventName } from "../../src/contract/api/instance/events-api.ts";
import { CHANGE_KINDS } from "../../src/contract/live/changes.ts";
import { queryClient } from "./queries.ts";

/** `away`: the server does not answer, and is asked again. */
export type Connection = "off" | "connecting" | "live" | "away";

/** Queries that an event makes old, by the beginning of their keys. */
const OLD: Readonly<Record<EventName | "reset", readonly string[]>> = {
  tasks: ["tasks", "task", "summary", "running"],
  alerts: ["alerts", "alert", "summary"],
  files: ["files", "summary"],
  workflows: ["workflows", "schedule"],
  backfills: ["backfills", "backfill"],
  pauses: ["workflows", "schedule", "health"],
  notes: ["tasks", "task", "alert"],
  health: ["health"],
  reset: [],
};
/** Many events become one reading of what is shown. */
const COALESCE_MS = 1000;

let state: Connection = "off";
const listeners = new Set<() => void>();
const old = new Set<string>();
let everything = false;
let timer: ReturnType<typeof setTimeout> | null = null;
/** While a person reads or has selected something, rows stay where they are. */
let holds = 0;

function become(next: Connection): void {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

function refresh(): void {
  timer = null;
  if (holds > 0 || document.hidden) return;
  const names = new Set(old);
  const all = everything;
  old.clear();
  everything = false;
  void queryClient.invalidateQueries({ predicate: ({ queryKey: [name] }) => all || names.has(String(name)) });
}

function plan(): void {
  timer ??= setTimeout(refresh, COALESCE_MS);
}

function note(name: EventName | "reset"): void {
  if (name === "reset") everything = true;
  for (const key of OLD[name]) old.add(key);
  plan();
}

/** Keeps rows where they are until the returned function is called; then what came meanwhile is shown. */
export function hold(): () => void {
  holds += 1;
  return () => {
    holds -= 1;
    if (holds === 0) plan();
  };
}

/** Listens while `isOn`, and while the tab is seen: a hidden one costs nothing. */
export function useLiveEvents(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    let source: EventSource | null = null;
    let lastId = "";
    const open = (): void => {
      if (document.hidden || source !== null) return;
      become("connecting");
      const query = lastId === "" ? "" : `?last_event_id=${encodeURIComponent(lastId)}`;
      source = new EventSource(`/api/events${query}`);
      source.addEventListener("open", () => become("live"));
      source.addEventListener("error", () => become("away"));
      for (const name of [...CHANGE_KINDS, "health", "reset"] as const)
        source.addEventListener(name, ({ lastEventId }) => {
          lastId = lastEventId;
          note(name);
        });
    };
    const close = (): void => {
      source?.close();
      source = null;
    };
    const seen = (): void => {
      if (document.hidden) close();
      else {
        open();
        plan();
      }
    };
    open();
    document.addEventListener("visibilitychange", seen);
    return () => {
      document.removeEventListener("visibilitychange", seen);
      close();
      become("off");
    };
  }, [isOn]);
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}
