import { isDeepStrictEqual } from "node:util";
import { parse as parseToml, TomlError } from "smol-toml";
import { foldKey, nearName } from "../../core/text/near-name.ts";
import { ConfigError, type ConfigIssue } from "./issue.ts";
import type { KeySpec, SectionTable } from "../keys/key-spec.ts";
import { fullKey, LISTED, SECTION_ALIASES, SECTIONS } from "../keys/key-table.ts";
import { positionsOf } from "./positions.ts";
import { bareNumber, bareNumberText, fromToml, isTable, ValueError, type ConfigValue } from "./read-value.ts";

/** The values of a config file, by full key (`bus.in_topic`, `worker.0.exec`). */
export interface FileSettings {
  readonly values: ReadonlyMap<string, { readonly value: ConfigValue; readonly line: number }>;
  /** How many `[[watch]]` and `[[worker]]` there are. */
  readonly counts: ReadonlyMap<string, number>;
  readonly warnings: readonly ConfigIssue[];
}

/** Reads the text of a config file. `file` is its name in issues. Throws ConfigError with every error. */
export function readConfigText(text: string, file: string): FileSettings {
  refuseOtherFormats(file);
  if (text.startsWith("\uFEFF")) {
    const message = "the file begins with a byte order mark";
    throw new ConfigError([issue("encoding", file, 1, message, "save it as UTF-8 without a byte order mark")]);
  }
  return new FileReader(file, positionsOf(text)).read(parsed(text, file));
}

function refuseOtherFormats(file: string): void {
  const extension = /\.([^./]*)$/.exec(file)?.[1] ?? "";
  if (extension === "toml") return;
  const convert =
    "write it as TOML: `key = value` a line, `[section]` above the keys of a section, texts in quotes; " +
    "`flowlord -g toml` prints a file with every key";
  const known = ["json", "yaml", "yml"].includes(extension);
  const message = known
    ? `a configuration in ${extension === "json" ? "JSON" : "YAML"} is not read`
    : "the configuration file's name does not end in .toml";
  const remedy = known ? convert : `rename it when it is TOML; otherwise ${convert}`;
  throw new ConfigError([issue("format", file, 0, message, remedy)]);
}

function parsed(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return parseToml(text, { integersAsBigInt: true });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // The lines after the first show the text around the error, which may contain a secret.
    const message = (error.message.split("\n")[0] ?? "").replace("Invalid TOML document: ", "not valid TOML: ");
    throw new ConfigError([
      { ...issue("toml", file, error.line, message, "see https://toml.io"), column: error.column },
    ]);
  }
}

function issue(code: string, file: string, line: number, message: string, remedy: string): ConfigIssue {
  return { severity: "error", code, location: file, line, column: line === 0 ? 0 : 1, message, remedy };
}

function ofWorkflow(name: string): string | null {
  return foldKey(name) === "phase" ? "phases are written in the files that `workflow` names" : null;
}

/** A key of this name in another section: it may be below the wrong header, or below none. */
function elsewhere(name: string): string | null {
  for (const [section, table] of Object.entries({ ...SECTIONS, ...LISTED })) {
    const near = nearName(name, Object.keys(table));
    if (near === null) continue;
    const place =
      section === "" ? "at the top, above every section" : `in [${section in LISTED ? `[${section}]` : section}]`;
    return `did you mean \`${near}\` ${place}?`;
  }
  return null;
}

class FileReader {
  readonly #file: string;
  readonly #positions: ReadonlyMap<string, number>;
  readonly #values = new Map<string, { value: ConfigValue; line: number }>();
  readonly #counts = new Map<string, number>();
  readonly #warnings: ConfigIssue[] = [];
  readonly #errors: ConfigIssue[] = [];

  constructor(file: string, positions: ReadonlyMap<string, number>) {
    this.#file = file;
    this.#positions = positions;
  }

  read(tree: Readonly<Record<string, unknown>>): FileSettings {
    const top = SECTIONS[""] ?? {};
    const plain: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(tree)) {
      const folded = foldKey(name);
      const section = Object.keys(SECTIONS).find((known) => known !== "" && foldKey(known) === folded);
      const listed = Object.keys(LISTED).find((known) => foldKey(known) === folded);
      if (listed !== undefined) this.#readListed(listed, value);
      else if (section !== undefined || SECTION_ALIASES[folded] !== undefined) {
        this.#readSection(section ?? SECTION_ALIASES[folded] ?? "", name, value);
      } else plain[name] = value;
    }
    this.#readTable(top, "", "", plain, [...Object.keys(SECTIONS), ...Object.keys(LISTED)]);
    if (this.#errors.length > 0) throw new ConfigError(this.#errors);
    return { values: this.#values, counts: this.#counts, warnings: this.#warnings };
  }

  #readSection(section: string, name: string, value: unknown): void {
    if (isTable(value)) this.#readTable(SECTIONS[section] ?? {}, section, foldKey(name), value, []);
    else this.#error("wrong_type", foldKey(name), `\`${name}\` is a section`, `write [${section}] with its keys below`);
  }

  #readListed(section: string, value: unknown): void {
    if (!Array.isArray(value) || !value.every(isTable)) {
      const message = `\`${section}\` is a list of sections`;
      this.#error("wrong_type", section, message, `write [[${section}]], with two brackets, above the keys of each`);
      return;
    }
    this.#counts.set(section, value.length);
    for (const [index, entry] of value.entries()) {
      const path = `${section}.${index}`;
      this.#readTable(LISTED[section] ?? {}, path, path, entry, []);
    }
  }

  #readTable(
    table: SectionTable,
    section: string,
    position: string,
    entries: Readonly<Record<string, unknown>>,
    alsoKnown: readonly string[],
  ): void {
    for (const [name, raw] of Object.entries(entries)) {
      const at = position === "" ? foldKey(name) : `${position}.${foldKey(name)}`;
      const key = Object.keys(table).find((known) => foldKey(known) === foldKey(name));
      if (key === undefined) this.#warnUnknown(name, section, at, [...Object.keys(table), ...alsoKnown]);
      else this.#read(fullKey(section, key), table[key], raw, at);
    }
  }

  #read(key: string, spec: KeySpec | undefined, raw: unknown, at: string): void {
    const bare = bareNumber(spec, raw);
    if (bare !== null) {
      const { message, remedy } = bareNumberText(key, bare);
      if (bare === "error") return this.#error("bare_number", at, message, remedy);
      this.#warnings.push({
        ...issue("bare_number", this.#file, this.#lineOf(at), message, remedy),
        severity: "warning",
      });
    }
    try {
      const value = fromToml(spec?.kind ?? "string", raw);
      const earlier = this.#values.get(key);
      if (earlier !== undefined && !isDeepStrictEqual(earlier.value, value)) {
        const message = `\`${key}\` is set twice, in two spellings and with two values`;
        this.#error("key_twice", at, message, "keep one of them; letter case, _ and - make no difference");
        return;
      }
      this.#values.set(key, { value, line: this.#lineOf(at) });
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      this.#error("wrong_type", at, `\`${key}\` ${error.message}`, error.remedy);
    }
  }

  #warnUnknown(name: string, section: string, at: string, known: readonly string[]): void {
    const near = nearName(
      name,
      known.filter((word) => word !== ""),
    );
    const line = this.#lineOf(at);
    this.#warnings.push({
      severity: "warning",
      code: "unknown_key",
      location: this.#file,
      line,
      column: line === 0 ? 0 : 1,
      message: `there is no key \`${fullKey(section, name)}\`, so it has no effect`,
      remedy: near === null ? (ofWorkflow(name) ?? elsewhere(name) ?? "remove it") : `did you mean \`${near}\`?`,
    });
  }

  #error(code: string, at: string, message: string, remedy: string): void {
    this.#errors.push(issue(code, this.#file, this.#lineOf(at), message, remedy));
  }

  /** The line of the key, else that of its table. */
  #lineOf(at: string): number {
    const parts = at.split(".");
    for (let length = parts.length; length > 0; length -= 1) {
      const line = this.#positions.get(parts.slice(0, length).join("."));
      if (line !== undefined) return line;
    }
    return 0;
  }
}
