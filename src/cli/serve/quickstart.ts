import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { PACKAGE, QUICKSTART } from "../find-config.ts";
import { asWord } from "./init.ts";
import { UsageError } from "../usage-error.ts";

/** `flowlord quickstart DIR`: a copy of the example, so that nothing is written into the package. */
export function addQuickstart(cli: Cli): void {
  cli
    .localCommand("quickstart <dir>", "Copy the quickstart, an example pipeline, to a folder of yours.", [
      "flowlord quickstart try-flowlord",
      "flowlord serve -c try-flowlord/flowlord.toml",
    ])
    .action(cli.action((dir: string) => copyQuickstart(cli.context, dir)));
}

async function copyQuickstart(context: CliContext, dir: string): Promise<number> {
  const target = resolve(context.cwd, dir);
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new UsageError(`${target} is not empty: name a new folder.`);
  const source = dirname(QUICKSTART);
  // What a run of the original has written stays there.
  cpSync(source, target, { recursive: true, filter: (path) => relative(source, path).split(/[\\/]/)[0] !== "run" });
  const config = join(target, "flowlord.toml");
  writeFileSync(config, measuring(readFileSync(config, "utf8"), packagesFolder()));
  context.out(`Copied the quickstart to ${dir}. Start it: flowlord serve -c ${asWord(join(dir, "flowlord.toml"))}`);
  context.out(`Its report appears after a few seconds: ${join(dir, "run", "report.html")}`);
  return 0;
}

/** The pipeline measures the packages beside Flowlord; the copy must be told where they are. */
function measuring(config: string, packages: string): string {
  const line = 'exec = ["sh", "{config_dir}/steps/cut.sh"]\n';
  return config.replace(line, () => `${line}env = { PACKAGES = ${JSON.stringify(packages)} }\n`);
}

/** In a clone its own packages; installed, Flowlord is itself in their folder. */
function packagesFolder(): string {
  const own = join(PACKAGE, "node_modules");
  return existsSync(own) ? own : dirname(PACKAGE);
}
