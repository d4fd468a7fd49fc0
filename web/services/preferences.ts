import { useSyncExternalStore } from "react";

/** How somebody wants a table: what was changed of its columns. */
export interface TablePreference {
  readonly shown: Readonly<Record<string, boolean>>;
  /** In CSS pixels. */
  readonly widths: Readonly<Record<string, number>>;
}

/** What a person has chosen in this browser, kept there. */
interface Preferences {
  /** `system`: as the system is set. */
  readonly theme: "system" | "light" | "dark";
  /** `UTC`, `local`, or an IANA name. */
  readonly zone: string;
  readonly density: "compact" | "roomy";
  readonly live: boolean;
  readonly tables: Readonly<Record<string, TablePreference>>;
  /** The last search of a page, by its path: what its plain address opens. */
  readonly lastSearch: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const KEY = "flowlord.preferences";
const DEFAULTS: Preferences = {
  theme: "system",
  zone: "local",
  density: "compact",
  live: true,
  tables: {},
  lastSearch: {},
};
const listeners = new Set<() => void>();
let current: Preferences = read();

function read(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    // Storage that is forbidden, or that something else has written.
    return DEFAULTS;
  }
}

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // It holds until the page is left.
  }
  apply();
  for (const listener of listeners) listener();
}

/** The theme and the density stand on the root of the document, where styles find them. */
export function apply(): void {
  const { dataset } = document.documentElement;
  if (current.theme === "system") delete dataset["theme"];
  else dataset["theme"] = current.theme;
  dataset["density"] = current.density;
}

export function preferences(): Preferences {
  return current;
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** The IANA name of the chosen zone. */
export function useZone(): string {
  const { zone } = usePreferences();
  return zone === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}

export function isDark(): boolean {
  return current.theme === "system" ? matchMedia("(prefers-color-scheme: dark)").matches : current.theme === "dark";
}
