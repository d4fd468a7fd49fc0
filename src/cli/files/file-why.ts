import type { Command } from "commander";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { shownJson } from "./file-show.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { patternDiagram, type Aligned } from "./pattern-diagram.ts";
import { printable } from "../../contract/printable.ts";
import { noteLines } from "../output/notes.ts";
import type { ShownFile, Verdicts } from "../reads/file-reads.ts";
import { localTime } from "../output/times.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** A phase, with its pattern aligned to the path, now or when its event came. */
interface Verdict extends Aligned {
  readonly task: string;
  readonly workflow: string;
  readonly language: string;
}

/** `flowlord files why ID|PATH` */
export function addFilesWhy(cli: Cli, group: Command): void {
  cli
    .command(
      "why <id-or-path>",
      "Show letter by letter why a file was, or was not, picked up: an event by its id, or any path against the workflow files.",
      ["flowlord files why 17", "flowlord files why gs://in/2026/01/31/a.csv"],
      group,
    )
    .option("--json", "one JSON object: path, event, matches and near_misses of the workflow files as they are")
    .action(cli.action((idOrPath: string, own: Flags) => why(cli.context, idOrPath, withGroupFlags(group, own))));
}

async function why(context: CliContext, idOrPath: string, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const { zone } = target;
  const isId = /^\d{1,15}$/.test(idOrPath);
  return await target.read(async ({ files }) => {
    const event = await (isId ? files.shown(Number(idOrPath)) : files.newest(idOrPath));
    if (isId && event === null) {
      context.err(`File event ${idOrPath} does not exist; flowlord files list shows the newest ones.`);
      return 1;
    }
    const path = event?.history.event.path ?? idOrPath;
    const now = await files.verdicts(path);
    for (const name of now.rejected) context.err(`${name} has errors, so its phases are skipped; see flowlord check.`);
    const code = now.rejected.length === 0 ? 0 : 1;
    if (flags.json === true) {
      const { matches, near_misses } = now;
      const stored = event === null ? null : shownJson(event, zone);
      context.out(JSON.stringify({ path, event: stored, matches, near_misses }));
      return code;
    }
    if (event !== null) printEvent(event, zone, context);
    const wasStored = isId && event !== null;
    if (!wasStored) printCurrent(path, now, context);
    else if (event.history.matches.length === 0) printStored(event.history, now, context);
    else for (const verdict of now.matches) printVerdict(path, verdict, context);
    return code;
  });
}

function printEvent({ history, notes }: ShownFile, zone: string, context: CliContext): void {
  const { event, matches } = history;
  const found = matches.map(({ task, workflow, record_id: record }) =>
    printable(`${task} of ${workflow}${record === null ? "" : ` (record ${record})`}`),
  );
  const outcome = found.length === 0 ? "no phase" : found.join(", ");
  context.out(
    `${printable(event.path)} arrived as event ${event.id}, ${localTime(event.received_at, zone)} (${zone}), and matched ${outcome}.`,
  );
  for (const line of noteLines(notes, zone, context.paint)) context.out(line);
}

function printCurrent(path: string, now: Verdicts, context: CliContext): void {
  const { matches, near_misses: nearMisses, phases } = now;
  const name = printable(path);
  if (matches.length > 0) {
    context.out(
      `${name} matches ${matches.length === 1 ? "a phase" : `${matches.length} phases`} of the workflow files.`,
    );
    for (const one of matches) printVerdict(path, one, context);
  } else if (phases === 0) context.out(`${name} matches nothing: no phase of the workflow files waits for files.`);
  else {
    context.out(
      `${name} matches no phase of the workflow files.${nearMisses.length > 0 ? " The nearest patterns:" : ""}`,
    );
    for (const one of nearMisses) printVerdict(path, one, context);
  }
}

/** The near misses recorded with the event, and the phases that match it now. */
function printStored({ event, near_misses }: ShownFile["history"], now: Verdicts, context: CliContext): void {
  if (near_misses.length === 0) context.out("At that time no pattern matched any part of it.");
  else context.out("The nearest patterns at that time:");
  for (const { task, workflow, tokens, ...stopped } of near_misses) {
    const { language, pattern } = stopped;
    printVerdict(event.path, { task, workflow, language, pattern, tokens, stopped }, context);
  }
  if (now.matches.length === 0) return;
  context.out(`\nThe current workflow files match it; flowlord files redrive ${event.id} creates the tasks:`);
  for (const one of now.matches) printVerdict(event.path, one, context);
}

function printVerdict(path: string, one: Verdict, context: CliContext): void {
  const { paint } = context;
  context.out(`\n${paint.bold(printable(one.task))} of ${printable(one.workflow)}, ${one.language}`);
  for (const line of patternDiagram(path, one, paint)) context.out(`  ${line}`);
}
