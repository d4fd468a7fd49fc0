import { useEffect } from "react";
import type { EventName } from "../../src/contract/api/instance/events-api.ts";
import { CHANGE_KINDS } from "../../src/contract/live/changes.ts";
import { queryClient } from "./queries.ts";
import { onBack, tryNow } from "./reach.ts";

/** Queries that an event makes old, by the beginning of their keys. */
const OLD: Readonly<Record<EventName | "reset", readonly string[]>> = {
  tasks: ["tasks", "task", "graph", "summary", "running"],
  alerts: ["alerts", "alert", "summary"],
  files: ["files", "graph", "summary"],
  workflows: ["workflows", "graph", "schedule"],
  backfills: ["backfills", "backfill"],
  pauses: ["workflows", "graph", "schedule", "health"],
  notes: ["tasks", "task", "alert", "files"],
  health: ["health"],
  reset: [],
};
/** Many events become one reading of what is shown. */
const COALESCE_MS = 1000;

/** After a stream that ended, the next is opened no sooner. */
const REOPEN_MS = 3000;

const old = new Set<string>();
let everything = false;
let timer: ReturnType<typeof setTimeout> | null = null;
/** While a person reads or has selected something, rows stay where they are. */
let holds = 0;

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
    let reopening: ReturnType<typeof setTimeout> | null = null;
    const close = (): void => {
      if (reopening !== null) clearTimeout(reopening);
      reopening = null;
      source?.close();
      source = null;
    };
    const open = (): void => {
      close();
      if (document.hidden) return;
      const query = lastId === "" ? "" : `?last_event_id=${encodeURIComponent(lastId)}`;
      source = new EventSource(`/api/events${query}`);
      // A proxy may have ended it, or the server: only the latter is away.
      source.addEventListener("error", () => {
        close();
        reopening = setTimeout(open, REOPEN_MS);
        void tryNow();
      });
      for (const name of [...CHANGE_KINDS, "health", "reset"] as const)
        source.addEventListener(name, ({ lastEventId }) => {
          lastId = lastEventId;
          note(name);
        });
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
    const forget = onBack(() => {
      note("reset");
      open();
    });
    return () => {
      document.removeEventListener("visibilitychange", seen);
      forget();
      close();
    };
  }, [isOn]);
}
