import { fullKey, SECTIONS, specOf } from "../config/keys/key-table.ts";
import { UsageError } from "./usage-error.ts";

/** A parsed command line of the older program (`flowlord -c FILE -port=8080 -v`). */
export interface LegacyFlags {
  readonly config: string | null;
  readonly version: boolean;
  readonly help: boolean;
  /** Print the configuration in force instead of running. */
  readonly show: boolean;
  /** Print a config file of this format instead of running; null = no. */
  readonly generate: string | null;
  /** Flags for an instance elsewhere, as they are written: a command reads them. */
  readonly server: readonly string[];
  /** Configuration keys set by flags, also by `--set KEY=VALUE`. */
  readonly settings: ReadonlyMap<string, string>;
  /** The first word that is not a flag, and what follows. */
  readonly rest: readonly string[];
}

const SWITCHES: Readonly<Record<string, "version" | "help" | "show">> = {
  v: "version",
  version: "version",
  h: "help",
  help: "help",
  show: "show",
};
/** No flags of the older program: every command has them, so they may stand before it too. */
const SERVER_FLAGS: ReadonlySet<string> = new Set(["server", "key", "key-file"]);
const NAMES: Readonly<Record<string, "config" | "generate">> = {
  c: "config",
  config: "config",
  g: "generate",
  gen: "generate",
};

/**
 * Reads flags as Go does: one or two dashes, the value after `=` or as the next word. The last of several flags wins,
 * the first other word ends them. Throws UsageError for an unknown flag, and for an invalid value.
 */
export function parseLegacyFlags(args: readonly string[]): LegacyFlags {
  const requested = { version: false, help: false, show: false };
  const named: Record<"config" | "generate", string | null> = { config: null, generate: null };
  const settings = new Map<string, string>();
  const server: string[] = [];
  let at = 0;
  for (; at < args.length; at += 1) {
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(args[at] ?? "");
    if (match === null) break;
    const name = match[1] ?? "";
    const inline = match[2];
    const toggle = own(SWITCHES, name);
    if (toggle !== null) {
      requested[toggle] = booleanOf(name, inline);
      continue;
    }
    if (name === "insecure") {
      settings.set("insecure", String(booleanOf(name, inline)));
      continue;
    }
    const key = keyOfFlag(name);
    const other = own(NAMES, name);
    const isServer = SERVER_FLAGS.has(name);
    if (key === null && other === null && name !== "set" && !isServer)
      throw new UsageError(`Unknown flag -${name}; flowlord --help lists the flags.`);
    if (inline === undefined) at += 1;
    const text = inline ?? args[at];
    if (text === undefined) throw new UsageError(`The flag -${name} needs a value, as in -${name}=VALUE.`);
    if (isServer) server.push(`--${name}`, text);
    else if (other !== null) named[other] = text;
    else if (key !== null) setValue(settings, key, name, text);
    else settings.set(...keyAndValue(text));
  }
  // Go ends the flags at `--` and skips it.
  const rest = args.slice(args[at] === "--" ? at + 1 : at);
  return { ...named, ...requested, server, settings, rest };
}

function setValue(settings: Map<string, string>, key: string, name: string, text: string): void {
  settings.delete(key);
  const kind = specOf(key)?.kind;
  if (kind === "integer") settings.set(key, flagText(name, text));
  else if (kind === "Go duration" && text === "")
    throw new UsageError(`The flag -${name} needs a duration, as in -${name}=15m.`);
  // The older program took the zero of a kind for a flag that is not set.
  else if (text !== "" && !(kind === "Go duration" && text === "0")) settings.set(key, text);
}

/** The two halves of `KEY=VALUE`. */
export function keyAndValue(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError("--set takes KEY=VALUE, as in --set bus.bus=nsq.");
  return [text.slice(0, at), text.slice(at + 1)];
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

function keyOfFlag(name: string): string | null {
  for (const [section, table] of Object.entries(SECTIONS)) {
    const found = Object.entries(table).find(([, spec]) => spec.flag === name);
    if (found !== undefined) return fullKey(section, found[0]);
  }
  return null;
}

function booleanOf(name: string, text: string | undefined): boolean {
  if (text === undefined || ["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
  throw new UsageError(`The flag -${name} takes true or false.`);
}

/** Go reads integers of flags in any base: `0x10`, `0b1`, `0o17`, `017`, `8_080`. */
function flagText(name: string, text: string): string {
  const match =
    /^([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB]_?[01]+(?:_[01]+)*|0[oO]?_?[0-7]+(?:_[0-7]+)*|0|[1-9]\d*(?:_\d+)*)$/.exec(
      text,
    );
  if (match === null) throw new UsageError(`The flag -${name} takes an integer, as in -${name}=8080.`);
  const digits = (match[2] ?? "").replaceAll("_", "");
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return String(match[1] === "-" ? -value : value);
}
