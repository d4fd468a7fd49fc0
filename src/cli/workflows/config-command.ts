import { issueLine } from "../../config/read/issue.ts";
import { shownSettings, type ShownSetting } from "../../config/shown.ts";
import { configTemplate } from "../../config/template.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, configOrDefaults, type ConfigFlags } from "../find-config.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
  readonly template?: string;
}

/** `flowlord config`: what is in force and where each value came from; also the older program's `-show` and `-g toml`. */
export function addConfig(cli: Cli): void {
  cli
    .localCommand("config", "Show the configuration in force and where each value came from; secrets are hidden.", [
      "flowlord config",
      "flowlord config -c flowlord.toml --json",
      "flowlord config --template toml > flowlord.toml",
    ])
    .option("--json", "one JSON object: file, settings (key, value, source, origin), warnings")
    .option("--template <format>", "print a config file with every key instead; the one format is toml")
    .action(cli.action((flags: Flags) => show(cli.context, flags)));
}

async function show(context: CliContext, flags: Flags): Promise<number> {
  const { settings, warnings } =
    flags.template === undefined ? configOf(flags, context) : configOrDefaults(flags, context);
  if (flags.template !== undefined) {
    if (flags.template !== "toml") throw new UsageError(`--template takes toml, not "${flags.template}".`);
    context.out(configTemplate(settings).trimEnd());
    return 0;
  }
  const shown = shownSettings(settings);
  if (flags.json === true) {
    context.out(
      JSON.stringify({ file: settings.location === "" ? null : settings.location, settings: shown, warnings }),
    );
    return 0;
  }
  for (const warning of warnings) context.err(issueLine(warning));
  context.out(context.paint.dim(settings.location === "" ? "# no config file" : `# ${settings.location}`));
  const width = Math.min(44, Math.max(...shown.map(({ key, value }) => key.length + value.length + 3)));
  for (const entry of shown) context.out(line(entry, width, context));
  return 0;
}

function line({ key, value, source, origin }: ShownSetting, width: number, { paint }: CliContext): string {
  const setting = `${key} = ${value}`.padEnd(width);
  const from = `# ${source}${origin === "" ? "" : `: ${origin}`}`;
  return source === "default" ? paint.dim(`${setting}  ${from}`) : `${paint.bold(setting)}  ${paint.dim(from)}`;
}
