import { useSyncExternalStore } from "react";
import type { ShownTaskJson } from "../../src/contract/api/tasks/task-list-api.ts";
import { hold } from "../services/live.ts";

/** Tasks by any of their records, or all that a query finds; times in it are by the clock of `tz`. */
export type Selection = { readonly ids: readonly number[] } | { readonly query: string; readonly tz: string };

/** A phase as the address of its actions names it. */
export interface PhaseName {
  readonly type: string;
  readonly job: string;
  readonly workflow: string;
}

/** File events: these, or all that have this in common, with the words of it. */
export type FileSelection =
  | { readonly ids: readonly number[] }
  | { readonly filter: Readonly<Record<string, string>>; readonly terms: readonly string[] };

/** A file that a task is made of by hand. */
export interface NamedFile {
  readonly path: string;
  /** As RFC 3339; null: it is about no time. */
  readonly taskTime: string | null;
  /** The phases that are offered first, as `type:job`. */
  readonly near: readonly string[];
}

export type Question =
  | { readonly kind: "retry" | "cancel" | "mark"; readonly selection: Selection; readonly onDone?: () => void }
  | {
      readonly kind: "edit";
      readonly task: Pick<ShownTaskJson, "record_id" | "type" | "job" | "info" | "meta">;
      /** `made`: the record of the new run. */
      readonly onDone?: (made: number) => void;
    }
  | { readonly kind: "pause" | "run"; readonly phase: PhaseName; readonly onDone?: () => void }
  /** File events, by their numbers or by what they have in common. */
  | { readonly kind: "redrive"; readonly files: FileSelection; readonly onDone?: () => void }
  | { readonly kind: "create"; readonly file: NamedFile; readonly onDone?: () => void }
  /** By their numbers. */
  | { readonly kind: "acknowledge" | "resolve"; readonly alerts: readonly number[]; readonly onDone?: () => void };

let current: Question | null = null;
let release: (() => void) | null = null;
const listeners = new Set<() => void>();

/** Opens the dialog that asks before it is done. Rows stay where they are meanwhile. */
export function ask(question: Question): void {
  set(question);
}

export function closeQuestion(): void {
  set(null);
}

function set(next: Question | null): void {
  current = next;
  if (next !== null) release ??= hold();
  else {
    release?.();
    release = null;
  }
  for (const listener of listeners) listener();
}

export function useQuestion(): Question | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
