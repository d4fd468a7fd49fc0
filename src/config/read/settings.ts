import { codeOf, toError } from "../../contract/to-error.ts";
import { nearName } from "../../core/text/near-name.ts";
import { readEnvironment, keyNamed, PREFIX, type TextSetting } from "./environment.ts";
import { ConfigError, type ConfigIssue } from "./issue.ts";
import { fullKey, LISTED, SECTIONS, specOf } from "../keys/key-table.ts";
import { readConfigText, type FileSettings } from "./read-file.ts";
import type { ExitCodes } from "../../contract/worker-options.ts";
import { bareNumber, bareNumberText, fromText, standardOf, ValueError, type ConfigValue } from "./read-value.ts";

export type SourceName = "flag" | "environment" | "file" | "default";

export interface Source {
  readonly name: SourceName;
  /** `file:line`, the variable or the flag; empty for a default. */
  readonly origin: string;
  /** Line in the file, else 0. */
  readonly line: number;
}

/** The sources of the configuration. */
export interface ConfigInput {
  /** The config file; null = none. */
  readonly file: string | null;
  /** Values of flags by key; keys in any spelling. */
  readonly flags: ReadonlyMap<string, string>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Throws when the file cannot be read. */
  readonly readFile: (path: string) => string;
}

const NO_FILE: FileSettings = { values: new Map(), counts: new Map(), warnings: [] };

/** The value and the source of every key: flag, environment, file, default. Throws ConfigError. */
export function readSettings(input: ConfigInput): Settings {
  const location = input.file ?? "";
  const file = input.file === null ? NO_FILE : readConfigText(readOrRefuse(input.file, input.readFile), input.file);
  const environment = readEnvironment(input.env, (path) => readOrRefuse(path, input.readFile));
  const issues: ConfigIssue[] = [];
  const values = new Map<string, ConfigValue>();
  const sources = new Map<string, Source>();

  for (const [key, { value, line }] of file.values) {
    values.set(key, value);
    sources.set(key, { name: "file", origin: line === 0 ? location : `${location}:${line}`, line });
  }
  const bareNumbers: ConfigIssue[] = [];
  const texts = (name: "environment" | "flag", settings: readonly TextSetting[]) => {
    for (const { key, text, origin } of settings) {
      const bare = bareNumber(specOf(key) ?? undefined, text);
      if (bare !== null) {
        const { message, remedy } = bareNumberText(key, bare);
        const found = { ...issue("bare_number", name, `${origin}: ${message}`, remedy), severity: bare };
        (bare === "error" ? issues : bareNumbers).push(found);
      }
      try {
        values.set(key, fromText(specOf(key)?.kind ?? "string", text));
        sources.set(key, { name, origin, line: 0 });
      } catch (error) {
        if (!(error instanceof ValueError)) throw error;
        issues.push(issue("wrong_type", name, `${origin} (\`${key}\`) ${error.message}`, error.remedy));
      }
    }
  };
  texts("environment", environment.settings);
  texts("flag", flagSettings(input.flags, issues));

  const counts = countsWith(file.counts, values.keys(), issues);
  addDefaults(values, sources, counts);
  if (issues.length > 0) throw new ConfigError(issues);
  return new Settings(values, sources, counts, [...file.warnings, ...environment.warnings, ...bareNumbers], location);
}

/** Checked values by full key, with the kind a caller expects. */
export class Settings {
  readonly values: ReadonlyMap<string, ConfigValue>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly counts: ReadonlyMap<string, number>;
  readonly warnings: readonly ConfigIssue[];
  /** The path of the config file, empty without one. */
  readonly location: string;

  constructor(
    values: ReadonlyMap<string, ConfigValue>,
    sources: ReadonlyMap<string, Source>,
    counts: ReadonlyMap<string, number>,
    warnings: readonly ConfigIssue[],
    location: string,
  ) {
    this.values = values;
    this.sources = sources;
    this.counts = counts;
    this.warnings = warnings;
    this.location = location;
  }

  /** True when the value is not the default. */
  isSet(key: string): boolean {
    return (this.sources.get(key)?.name ?? "default") !== "default";
  }

  /** The text, empty when the key has none. */
  text(key: string): string {
    const value = this.values.get(key) ?? "";
    return typeof value === "string" ? value : mistaken(key);
  }

  integer(key: string): number {
    const value = this.values.get(key);
    return typeof value === "number" ? value : mistaken(key);
  }

  /** Nanoseconds; null when not set and without a default. */
  duration(key: string): bigint | null {
    const value = this.values.get(key) ?? null;
    return value === null || typeof value === "bigint" ? value : mistaken(key);
  }

  on(key: string): boolean {
    const value = this.values.get(key);
    return typeof value === "boolean" ? value : mistaken(key);
  }

  list(key: string): readonly string[] {
    const value = this.values.get(key);
    return isList(value) ? value : mistaken(key);
  }

  /** Null when not set. */
  command(key: string): string | readonly string[] | null {
    const value = this.values.get(key) ?? null;
    return value === null || typeof value === "string" || isList(value) ? value : mistaken(key);
  }

  table(key: string): Readonly<Record<string, string>> {
    const value = this.values.get(key);
    return typeof value === "object" && "names" in value ? value.names : mistaken(key);
  }

  codes(key: string): ExitCodes {
    const value = this.values.get(key);
    return typeof value === "object" && "warn" in value ? value : mistaken(key);
  }

  issue(severity: "error" | "warning", code: string, key: string, message: string, remedy: string): ConfigIssue {
    const source = this.sources.get(key);
    const line = source?.line ?? 0;
    const location = source === undefined || source.name === "default" ? this.location || "configuration" : source.name;
    return {
      severity,
      code,
      location: line > 0 || source?.name === "file" ? this.location : location,
      line,
      column: line === 0 ? 0 : 1,
      message,
      remedy,
    };
  }
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function mistaken(key: string): never {
  throw new TypeError(`the configuration key ${key} has another type in the key table than its reader expects`);
}

function readOrRefuse(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path);
  } catch (error) {
    const code = codeOf(error);
    const why = code === "ENOENT" ? "there is no such file" : `it cannot be read (${toError(error).message})`;
    throw new ConfigError([issue("unreadable", path, why, "name the config file with -c FILE")]);
  }
}

function issue(code: string, location: string, message: string, remedy: string): ConfigIssue {
  return { severity: "error", code, location, line: 0, column: 0, message, remedy };
}

function flagSettings(flags: ReadonlyMap<string, string>, issues: ConfigIssue[]): readonly TextSetting[] {
  const settings: TextSetting[] = [];
  for (const [name, text] of flags) {
    const key = keyNamed(name.split("."));
    if (key !== null) settings.push({ key, text, origin: `--set ${key}` });
    else {
      const near = nearName(name, plainKeys());
      const remedy = near === null ? "`flowlord config` lists all keys" : `did you mean \`${near}\`?`;
      issues.push(issue("unknown_key", "flag", `there is no key \`${name}\``, remedy));
    }
  }
  return settings;
}

function plainKeys(): readonly string[] {
  return Object.entries(SECTIONS).flatMap(([section, table]) => Object.keys(table).map((key) => fullKey(section, key)));
}

/** Environment and flags may change an entry of a list, or add the next one. */
function countsWith(
  fromFile: ReadonlyMap<string, number>,
  keys: Iterable<string>,
  issues: ConfigIssue[],
): ReadonlyMap<string, number> {
  const indexes = new Map<string, Set<number>>();
  for (const key of keys) {
    const [section = "", index = ""] = key.split(".");
    if (LISTED[section] === undefined) continue;
    indexes.set(section, (indexes.get(section) ?? new Set()).add(Number(index)));
  }
  const counts = new Map(fromFile);
  for (const [section, given] of indexes) {
    const last = Math.max(...given);
    let count = counts.get(section) ?? 0;
    while (given.has(count)) count += 1;
    counts.set(section, count);
    if (last >= count) {
      const message = `${section} ${last} is set, but there is no ${section} ${count}`;
      issues.push(
        issue(
          "gap",
          "environment",
          message,
          `number them from 0, as in ${PREFIX}${section.toUpperCase()}__${count}__…`,
        ),
      );
    }
  }
  return counts;
}

function addDefaults(
  values: Map<string, ConfigValue>,
  sources: Map<string, Source>,
  counts: ReadonlyMap<string, number>,
): void {
  const tables = Object.entries(SECTIONS).map(([section, table]) => ({ prefix: section, table }));
  for (const [section, count] of counts) {
    for (let index = 0; index < count; index += 1)
      tables.push({ prefix: `${section}.${index}`, table: LISTED[section] ?? {} });
  }
  for (const { prefix, table } of tables) {
    for (const [name, spec] of Object.entries(table)) {
      const key = fullKey(prefix, name);
      if (values.has(key)) continue;
      const standard = standardOf(spec.standard, spec.kind);
      if (standard !== null) values.set(key, standard);
      sources.set(key, { name: "default", origin: "", line: 0 });
    }
  }
}
