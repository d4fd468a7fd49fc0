import { useEffect, useRef } from "react";
import type { IconName } from "../components/icon.tsx";
import type { Key } from "./key-names.ts";
import { useKeys } from "./keys.ts";

/** What can be done on a page, by its key or from the palette. */
export interface Command {
  readonly name: string;
  /** A few words on what it does. */
  readonly context?: string;
  readonly icon: IconName;
  readonly key?: Key;
  readonly run: () => void;
}

export interface CommandGroup {
  /** "For the 3 selected" */
  readonly name: string;
  readonly commands: readonly Command[];
}

/** Of the views that are shown. */
const shown = new Set<{ readonly current: CommandGroup | null }>();

/** While the view is shown, these are in the palette and their keys are handled. Null: there are none now. */
export function useCommands(group: CommandGroup | null): void {
  const current = useRef(group);
  useEffect(() => {
    current.current = group;
  });
  useEffect(() => {
    shown.add(current);
    return () => {
      shown.delete(current);
    };
  }, []);
  const commands = group?.commands ?? [];
  useKeys(Object.fromEntries(commands.flatMap(({ key, run }) => (key === undefined ? [] : [[key, run]]))));
}

/** As they are now. */
export function commandGroups(): readonly CommandGroup[] {
  return [...shown].flatMap(({ current }) => (current === null ? [] : [current]));
}
