import { foldKey, nearName } from "../../core/text/near-name.ts";
import type { ConfigIssue } from "./issue.ts";
import { fullKey, LISTED, SECTIONS, specOf } from "../keys/key-table.ts";

export const PREFIX = "FLOWLORD_";

/** Of commands, not of the configuration: the file, and an instance elsewhere with its key. */
const OF_COMMANDS: ReadonlySet<string> = new Set(["CONFIG", "SERVER", "KEY", "KEY_FILE"].map((name) => PREFIX + name));

/** A value from outside of the file, as text. */
export interface TextSetting {
  readonly key: string;
  readonly text: string;
  /** The flag or variable that gave it. */
  readonly origin: string;
}

export interface EnvironmentSettings {
  readonly settings: readonly TextSetting[];
  readonly warnings: readonly ConfigIssue[];
}

/**
 * Settings of the environment, the last one wins: the legacy names, then `FLOWLORD_BUS__IN_TOPIC`. An empty
 * variable counts as not set. A key that holds a secret may also be read from the file that `…_FILE` names.
 */
export function readEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): EnvironmentSettings {
  const settings: TextSetting[] = [...legacyVariables(env)];
  const warnings: ConfigIssue[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || OF_COMMANDS.has(name) || text === undefined || text === "") continue;
    const path = name.slice(PREFIX.length);
    const key = keyNamed(path.split("__"));
    const secretKey = path.endsWith("_FILE") ? keyNamed(path.slice(0, -"_FILE".length).split("__")) : null;
    if (key !== null) settings.push({ key, text, origin: name });
    else if (secretKey !== null && specOf(secretKey)?.secret === true) {
      settings.push({ key: secretKey, text: readFile(text).trim(), origin: name });
    } else {
      const near = nearVariable(path);
      // Workers get variables with this prefix too: do not warn of a variable that resembles no key.
      if (near !== null) warnings.push(unknownVariable(name, near));
    }
  }
  return { settings, warnings };
}

/** The full key of these names: `["BUS", "IN_TOPIC"]`, `["WORKER", "0", "EXEC"]`. Null when there is none. */
export function keyNamed(path: readonly string[]): string | null {
  const names = path.map(foldKey);
  if (names.length === 1) return within("", "", names[0] ?? "");
  const [first = "", second = "", third = ""] = names;
  if (names.length === 2) {
    const section = Object.keys(SECTIONS).find((known) => known !== "" && foldKey(known) === first);
    return section === undefined ? null : within(section, section, second);
  }
  const listed = Object.keys(LISTED).find((known) => known === first);
  if (names.length !== 3 || listed === undefined || !/^\d+$/.test(second)) return null;
  return within(listed, `${listed}.${Number(second)}`, third);
}

function within(section: string, prefix: string, name: string): string | null {
  const table = SECTIONS[section] ?? LISTED[section] ?? {};
  const key = Object.keys(table).find((known) => foldKey(known) === name);
  return key === undefined ? null : fullKey(prefix, key);
}

function legacyVariables(env: Readonly<Record<string, string | undefined>>): TextSetting[] {
  const settings: TextSetting[] = [];
  for (const [key, spec] of Object.entries(SECTIONS[""] ?? {})) {
    const name = spec.variable;
    const text = name === undefined ? undefined : env[name];
    if (name === undefined || text === undefined || text === "") continue;
    // Shells and container platforms set these two for their own purposes.
    if (name === "PORT" && !(/^\d{1,5}$/.test(text) && Number(text) < 65536)) continue;
    if (name === "HOST" && !/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text)) continue;
    if (spec.kind === "Go duration" && text === "0") continue;
    settings.push({ key, text, origin: name });
  }
  return settings;
}

function nearVariable(path: string): string | null {
  const names = new Map<string, string>();
  for (const [section, table] of Object.entries(SECTIONS)) {
    for (const key of Object.keys(table)) {
      const name = (section === "" ? key : `${section}__${key}`).toUpperCase();
      names.set(foldKey(name), name);
    }
  }
  const near = nearName(foldKey(path), names.keys());
  return near === null ? null : (names.get(near) ?? null);
}

function unknownVariable(name: string, near: string): ConfigIssue {
  return {
    severity: "warning",
    code: "unknown_key",
    location: "environment",
    line: 0,
    column: 0,
    message: `there is no key for ${name}, so it has no effect`,
    remedy: `did you mean ${PREFIX}${near}?`,
  };
}
