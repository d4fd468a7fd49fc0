import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig, type Config } from "../config/load-config.ts";
import type { CliContext } from "./context.ts";
import { keyAndValue } from "./legacy-flags.ts";

/** The flags that every command with a configuration has. */
export interface ConfigFlags {
  readonly config?: string;
  /** `KEY=VALUE` each. */
  readonly set?: readonly string[];
  /** The address of an instance elsewhere, which the command asks instead of this machine. */
  readonly server?: string;
  readonly key?: string;
  readonly keyFile?: string;
}

/** The folder of this package: a clone, or below node_modules. */
export const PACKAGE = fileURLToPath(new URL("../../", import.meta.url));

/** The example that comes with the package; it runs in place only in a clone. */
export const QUICKSTART = join(PACKAGE, "examples/quickstart/flowlord.toml");

/** No configuration was found, and nothing is set by flag or environment either. */
class NoConfigError extends Error {
  readonly code = "no_config";

  constructor(cwd: string) {
    super(
      `There is no configuration: no flowlord.toml in ${cwd}, no -c FILE, no FLOWLORD_CONFIG. ` +
        "`flowlord init` writes one here, with a workflow and a worker; `flowlord quickstart DIR` copies an example pipeline.",
    );
    this.name = "NoConfigError";
  }
}

/**
 * `-c FILE`, else the file that FLOWLORD_CONFIG names, else flowlord.toml in the working folder, else (in a clone, as
 * `npm start` runs it) the quickstart. Null when there is none.
 */
export function findConfig(flags: ConfigFlags, context: CliContext): string | null {
  const named = flags.config || context.env["FLOWLORD_CONFIG"];
  if (named !== undefined && named !== "") return named;
  if (existsSync(join(context.cwd, "flowlord.toml"))) return "flowlord.toml";
  return isClone(context.cwd) ? relative(context.cwd, QUICKSTART) : null;
}

/** Whether the working folder is this clone; an installed package is never written to. */
function isClone(cwd: string): boolean {
  return resolve(cwd) === resolve(PACKAGE) && existsSync(join(PACKAGE, "src")) && existsSync(QUICKSTART);
}

/** A configuration within the installed package: what it runs would write there. */
class InstalledConfigError extends Error {
  readonly code = "installed_config";

  constructor(file: string) {
    super(
      `${file} belongs to the installed package, which is never written to: ` +
        "`flowlord quickstart DIR` copies the example to a folder of yours.",
    );
    this.name = "InstalledConfigError";
  }
}

/** Throws InstalledConfigError for a file of a package that is not a clone. `file` is absolute. */
export function refuseInstalled(file: string, folder = PACKAGE): void {
  if (!relative(folder, file).startsWith("..") && !existsSync(join(folder, "src")))
    throw new InstalledConfigError(file);
}

/** Throws NoConfigError, InstalledConfigError, ConfigError, and UsageError for a `--set` without a value. */
export function configOf(flags: ConfigFlags, context: CliContext): Config {
  const file = findConfig(flags, context);
  if (file !== null) refuseInstalled(resolve(context.cwd, file));
  const config = configOrDefaults(flags, context);
  const isGiven = [...config.settings.sources].some(
    ([key, { name }]) => name === "flag" || (name === "environment" && key !== "host"),
  );
  if (config.settings.location === "" && !isGiven) throw new NoConfigError(context.cwd);
  context.hideSecrets(config.options.redact);
  return config;
}

/** The same; without any configuration the defaults. For commands that need none. */
export function configOrDefaults(flags: ConfigFlags, context: CliContext): Config {
  return loadConfig({
    file: findConfig(flags, context),
    flags: new Map((flags.set ?? []).map(keyAndValue)),
    env: context.env,
    cwd: context.cwd,
    readFile: (path) => readFileSync(resolve(context.cwd, path), "utf8"),
  });
}

/** A path of the command line: URLs as they are, others from the working folder. */
export function localPath(cwd: string, path: string): string {
  return path.includes("://") ? path : resolve(cwd, path);
}
