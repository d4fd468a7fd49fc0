import { redactor } from "../contract/redact/redact.ts";
import { DEFAULT_RULES } from "../contract/redact/rules.ts";
import { SECRET_MIN } from "../contract/redact/spellings.ts";
import { SECTIONS, LISTED, fullKey, specOf } from "./keys/key-table.ts";
import type { ConfigValue } from "./read/read-value.ts";
import type { Settings, SourceName } from "./read/settings.ts";

/** One key as `flowlord config` shows it. */
export interface ShownSetting {
  readonly key: string;
  /** As written in a file; secrets hidden, durations with their units. */
  readonly value: string;
  readonly source: SourceName;
  /** `file:line`, the variable or the flag; empty for a default. */
  readonly origin: string;
}

const HIDDEN = '"********"';

/** Every key in the order of the key table, entries of `watch` and `worker` last. */
export function shownSettings(settings: Settings): readonly ShownSetting[] {
  const keys = Object.entries(SECTIONS).flatMap(([section, table]) =>
    Object.keys(table).map((key) => fullKey(section, key)),
  );
  for (const [section, count] of settings.counts) {
    for (let index = 0; index < count; index += 1) {
      keys.push(...Object.keys(LISTED[section] ?? {}).map((key) => `${section}.${index}.${key}`));
    }
  }
  return keys.flatMap((key) => {
    const value = settings.values.get(key);
    if (value === undefined) return [];
    const source = settings.sources.get(key);
    return [{ key, value: shownValue(key, value), source: source?.name ?? "default", origin: source?.origin ?? "" }];
  });
}

/** The value as TOML, with secrets hidden. */
export function shownValue(key: string, value: ConfigValue): string {
  const spec = specOf(key);
  if (spec?.secret === true && value !== "") return HIDDEN;
  if (typeof value === "string") return JSON.stringify(withoutLogin(value));
  if (typeof value === "bigint") return `"${durationText(value)}"`;
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) {
    const shown = (entry: string): string =>
      key.startsWith("bus.") ? entry.replace(ADDRESS_LOGIN, "********@") : withoutLogin(entry);
    return `[${value.map((entry) => JSON.stringify(shown(String(entry)))).join(", ")}]`;
  }
  if ("names" in value) {
    const entries = Object.entries(value.names).map(
      ([name, text]) => `${tomlKey(name)} = ${isSecretName(name) ? HIDDEN : JSON.stringify(withoutLogin(text))}`,
    );
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return "warn" in value ? `{ warn = [${value.warn.join(", ")}], alert = [${value.alert.join(", ")}] }` : "";
}

/** Every secret of the configuration, and the login of every URL and address: they are hidden wherever they appear. */
export function secretsOf(settings: Settings): readonly string[] {
  const redact = redactor({ ...DEFAULT_RULES, keys: settings.list("redact.keys") });
  const secrets = [...settings.values].flatMap(([key, value]) => {
    if (typeof value === "string") return specOf(key)?.secret === true ? [value] : loginOf(value);
    if (Array.isArray(value)) return value.flatMap((entry) => loginOf(String(entry), key.startsWith("bus.")));
    if (typeof value !== "object" || !("names" in value)) return [];
    return Object.entries(value.names).flatMap(([name, text]) =>
      isSecretName(name) || redact.isSecret(name) ? [text] : loginOf(text),
    );
  });
  return [...new Set(secrets)].filter((secret) => secret.length >= SECRET_MIN);
}

/** The login of `nats://user:password@host`; of an address also without the scheme. */
function loginOf(text: string, isAddress = false): string[] {
  const found = /\b[a-z][a-z0-9+.-]*:\/\/([^/\s]+)@/i.exec(text) ?? (isAddress ? ADDRESS_LOGIN.exec(text) : null);
  return found?.[1] === undefined ? [] : [found[1]];
}

/** An address of a broker: what stands before an @ can only be a login. */
const ADDRESS_LOGIN = /([^/\s]+)@/;

/** Whether a name suggests that its value is a secret. */
export function isSecretName(name: string): boolean {
  return /secret|token|passw|credential|auth|access_?key|api_?key|private/i.test(name);
}

/** The text without the login of a URL, and without query values whose name suggests a secret. */
export function withoutLogin(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s]+@/gi, "$1********@")
    .replace(/([?&]([^=&\s]+)=)[^&\s]*/g, (match, start: string, name: string) =>
      isSecretName(name) ? `${start}********` : match,
    );
}

function tomlKey(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name);
}

const UNITS: readonly (readonly [bigint, string])[] = [
  [3_600_000_000_000n, "h"],
  [60_000_000_000n, "m"],
  [1_000_000_000n, "s"],
  [1_000_000n, "ms"],
  [1_000n, "us"],
  [1n, "ns"],
];

/** In Go's syntax, so that it can be copied into a file. */
function durationText(ns: bigint): string {
  if (ns === 0n) return "0s";
  let rest = ns < 0n ? -ns : ns;
  let text = ns < 0n ? "-" : "";
  for (const [unit, name] of UNITS) {
    if (rest >= unit) text += `${rest / unit}${name}`;
    rest %= unit;
  }
  return text;
}
