import { buildOptions } from "./build/build-options.ts";
import { processZoneWarnings } from "./process-zone.ts";
import type { ConfigIssue } from "./read/issue.ts";
import type { Options } from "./options.ts";
import { readSettings, type ConfigInput, type Settings } from "./read/settings.ts";

export interface Config {
  readonly options: Options;
  /** Values as given with their sources, for people: `flowlord config`. */
  readonly settings: Settings;
  readonly warnings: readonly ConfigIssue[];
}

/**
 * Reads the configuration: flag, then environment, then file, then default. Everything is checked; relative paths start
 * at `cwd`. Throws ConfigError, whose message has a line for each error and never shows a secret.
 */
export function loadConfig(input: ConfigInput & { readonly cwd: string }): Config {
  const settings = readSettings(input);
  const { options, warnings } = buildOptions(settings, input.cwd);
  return { options, settings, warnings: [...settings.warnings, ...warnings, ...processZoneWarnings(options.timezone)] };
}
