import { parseLegacyFlags } from "../../../src/cli/legacy-flags.ts";
import { UsageError } from "../../../src/cli/usage-error.ts";
import { ConfigError } from "../../../src/config/read/issue.ts";
import { specOf } from "../../../src/config/keys/key-table.ts";
import { standardOf, type ConfigValue } from "../../../src/config/read/read-value.ts";
import { readSettings, type Settings } from "../../../src/config/read/settings.ts";

interface Input {
  readonly toml?: string;
  readonly format?: string;
  readonly text?: string;
  readonly env?: Record<string, string>;
  readonly args?: string[];
}

/** The settings that the older program had; its defaults are what `set` is held against. */
const KEYS = [
  ..."workflow refresh done_topic file_topic failed_topic status_port host".split(" "),
  ..."channel prefix url title min_frequency max_frequency".split(" ").map((key) => `slack.${key}`),
  ..."bus in_bus out_bus in_topic in_channel nsqd_hosts lookupd_hosts pubsub_host project_id json_auth"
    .split(" ")
    .map((key) => `bus.${key}`),
  ..."access_key secret_key file_compression use_file_buf file_buf_dir file_buf_keep_failed"
    .split(" ")
    .map((key) => `file.${key}`),
  ..."local_path backup_path task_ttl retention".split(" ").map((key) => `sqlite.${key}`),
];

/** Where rule O12 of the compatibility notes changes a default that is listed: 90 days. */
const IN_FORCE = { "sqlite.retention": String(90n * 86_400_000_000_000n) };

export function answer(input: unknown): unknown {
  const { toml, format = "toml", text = toml, env = {}, args = [] } = input as Input;
  try {
    const settings = readSettings({
      file: text === undefined ? null : `config.${format}`,
      readFile: () => text ?? "",
      env,
      flags: parseLegacyFlags(args).settings,
    });
    return { set: setOf(settings), ...(text === "" ? { defaults: { ...legacyDefaults(), ...IN_FORCE } } : {}) };
  } catch (error) {
    if (error instanceof ConfigError || error instanceof UsageError) return { error: true };
    throw error;
  }
}

function setOf(settings: Settings): Record<string, unknown> {
  const standard = legacyDefaults();
  const set: Record<string, unknown> = {};
  for (const key of KEYS) {
    const value = settings.isSet(key) ? plain(settings.values.get(key) ?? "") : standard[key];
    if (JSON.stringify(value) !== JSON.stringify(standard[key])) set[key] = value;
  }
  return set;
}

function legacyDefaults(): Record<string, unknown> {
  return Object.fromEntries(
    KEYS.map((key) => {
      const spec = specOf(key);
      return [key, spec === null ? null : plain(standardOf(spec.legacyDefault ?? spec.standard, spec.kind) ?? "")];
    }),
  );
}

function plain(value: ConfigValue): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
