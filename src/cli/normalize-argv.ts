import { parseLegacyFlags } from "./legacy-flags.ts";
import { UsageError } from "./usage-error.ts";

/** Former names of commands. They work until 1.0; help shows only the new ones. */
const FORMER_NAMES: ReadonlyMap<string, string> = new Map([
  ["run", "trigger"],
  ["runs", "lineage"],
  ["send", "publish"],
  ["next", "schedule"],
]);

/**
 * The command line in one form: a command by its present name, then its flags. The older program had no commands, so
 * a line that begins with a flag means `serve`, or the command behind `-v`, `-h`, `-show` or `-g`. Throws UsageError.
 */
export function normalizeArgv(argv: readonly string[]): readonly string[] {
  const [command, ...rest] = commandFirst(argv);
  if (command === undefined) return [];
  if (command === "help") return ["help", ...rest.map(presentName)];
  return [presentName(command), ...rest];
}

function presentName(command: string): string {
  return FORMER_NAMES.get(command) ?? command;
}

function commandFirst(argv: readonly string[]): readonly string[] {
  const [first] = argv;
  const isServe = first === "serve";
  if (first !== undefined && !first.startsWith("-") && !isServe) return argv;
  const flags = parseLegacyFlags(isServe ? argv.slice(1) : argv);
  const configFlags = [
    ...flags.server,
    ...(flags.config === null ? [] : ["--config", flags.config]),
    ...[...flags.settings].flatMap(([key, value]) => ["--set", `${key}=${value}`]),
  ];
  const [command, ...rest] = flags.rest;
  if (isServe && command !== undefined)
    throw new UsageError(`serve does not take the argument "${command}"; see flowlord serve --help.`);
  if (flags.version) return ["--version"];
  if (flags.help) return isServe ? ["serve", "--help"] : command === undefined ? ["--help"] : [command, "--help"];
  if (flags.generate !== null) return ["config", "--template", flags.generate, ...configFlags];
  if (flags.show) return ["config", ...configFlags];
  return command === undefined ? ["serve", ...configFlags] : [command, ...configFlags, ...rest];
}
