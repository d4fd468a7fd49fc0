import { printable } from "../../contract/printable.ts";
import { paramText } from "../../core/workflow/phase/params.ts";
import { parseWorkflowFile } from "../../core/workflow/workflow-file.ts";
import { linksOfPhase } from "../../core/task/task-links.ts";
import { aboutPairs } from "../output/about.ts";
import { processZone } from "../../config/process-zone.ts";
import type { CliContext } from "../context.ts";
import { configOf } from "../find-config.ts";

/** After `flowlord trigger TYPE --help`: the inputs of the phases of that name, from the workflow files as they are. */
export async function printInputs(argv: readonly string[], context: CliContext): Promise<void> {
  const [command, ...rest] = argv;
  if (command !== "trigger" && command !== "run") return;
  const flags: { config?: string; set?: string[] } = {};
  let task: string | null = null;
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    const next = rest[at + 1];
    if (word === "-c" || word === "--config") flags.config = rest[++at] ?? "";
    else if (word === "--set") flags.set = [...(flags.set ?? []), rest[++at] ?? ""];
    else if (word.startsWith("--") && word !== "--now" && word !== "--json" && word !== "--help" && next !== undefined)
      at++;
    else if (!word.startsWith("-")) task ??= word;
  }
  if (task === null) return;
  const { options } = configOf(flags, context);
  if (options.workflow === "") return;
  const { readWorkflows } = await import("../../app/offline.ts");
  const parsing = { zone: options.timezone ?? processZone(), now: context.now() };
  for (const file of await readWorkflows(options)) {
    if (file.error !== null) continue;
    for (const phase of parseWorkflowFile(file.name, file.source, parsing).phases) {
      const name = phase.job === "" ? phase.type : `${phase.type}:${phase.job}`;
      if (name !== task) continue;
      const shown = aboutPairs(phase.about, linksOfPhase(options.links, phase));
      if (shown.length > 0) context.out(`\n${printable(name)} in ${printable(file.name)}:`);
      for (const [label, text] of shown) context.out(`  ${label.padEnd(10)} ${text}`);
      context.out(
        `\nInputs of ${printable(name)} in ${printable(file.name)}, given as --meta 'name=value&name2=value2':`,
      );
      if (phase.params.length === 0) context.out("  none");
      for (const param of phase.params) context.out(`  ${printable(paramText(param))}`);
    }
  }
}
