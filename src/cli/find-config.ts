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
}

/** The configuration that comes with the package, used when there is no other. */
export const QUICKSTART = fileURLToPath(new URL("../../examples/quickstart/flowlord.toml", import.meta.url));

/** `-c FILE`, else the file that FLOWLORD_CONFIG names, else flowlord.toml in the working folder, else the quickstart. */
export function findConfig(flags: ConfigFlags, context: CliContext): string | null {
  const named = flags.config || context.env["FLOWLORD_CONFIG"];
  if (named !== undefined && named !== "") return named;
  if (existsSync(join(context.cwd, "flowlord.toml"))) return "flowlord.toml";
  if (!existsSync(QUICKSTART)) return null;
  const path = relative(context.cwd, QUICKSTART);
  return path.startsWith("..") ? QUICKSTART : path;
}

/** Throws ConfigError, and UsageError for a `--set` without a value. */
export function configOf(flags: ConfigFlags, context: CliContext): Config {
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
