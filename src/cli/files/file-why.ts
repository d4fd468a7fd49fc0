import { processZone } from "../../config/process-zone.ts";
import type { Command } from "commander";
import type { Options } from "../../config/options.ts";
import { globsOf, matchingPhases, nearestPhases } from "../../core/workflow/file-patterns.ts";
import { align, type Alignment } from "../../core/glob/glob-align.ts";
import { buildGraph } from "../../core/workflow/graph.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import { parseWorkflowFile } from "../../core/workflow/workflow-file.ts";
import type { FileHistory } from "../../store/file-queries.ts";
import type { NoteRow } from "../../store/notes.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { historyJson } from "./file-show.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { patternDiagram, type Aligned } from "./pattern-diagram.ts";
import { printable } from "../../contract/printable.ts";
import { noteLines } from "../output/notes.ts";
import { localTime } from "../output/times.ts";
import { withReader } from "../with-reader.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

interface StoredEvent extends FileHistory {
  readonly notes: readonly NoteRow[];
}

/** A phase, with its pattern aligned to the path. */
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
  const { options } = configOf(flags, context);
  const zone = options.timezone ?? processZone();
  const isId = /^\d{1,15}$/.test(idOrPath);
  const event = await storedEvent(isId ? Number(idOrPath) : idOrPath, options);
  if (isId && event === null) {
    context.err(`File event ${idOrPath} does not exist; flowlord files list shows the newest ones.`);
    return 1;
  }
  const path = event?.event.path ?? idOrPath;
  const { phases, isComplete } = await filePhases(options.workflow, zone, context);
  const now = verdicts(path, phases);
  if (flags.json === true) {
    const [matches, near_misses] = [now.matches, now.nearMisses];
    context.out(
      JSON.stringify({
        path,
        event: event === null ? null : historyJson(event, event.notes, zone),
        matches,
        near_misses,
      }),
    );
    return isComplete ? 0 : 1;
  }
  if (event !== null) printEvent(event, zone, context);
  const wasStored = isId && event !== null;
  if (!wasStored) printCurrent(path, now, phases.length, context);
  else if (event.matches.length === 0) printStored(event, now, context);
  else for (const verdict of now.matches) printVerdict(path, verdict, context);
  return isComplete ? 0 : 1;
}

/** By id, or the newest of the path. A path can be checked before there is a database. */
async function storedEvent(idOrPath: number | string, options: Options): Promise<StoredEvent | null> {
  const { existsSync } = await import("node:fs");
  if (typeof idOrPath === "string" && !existsSync(options.sqlite.localPath)) return null;
  return await withReader(options, async (reader) => {
    const id = typeof idOrPath === "number" ? idOrPath : await reader.files.newestOf(idOrPath);
    const history = id === null ? null : await reader.files.show(id);
    return history === null ? null : { ...history, notes: await reader.notes.of("file", [history.event.id]) };
  });
}

/** The phases that wait for files, from the current workflow files. */
async function filePhases(
  workflow: string,
  zone: string,
  context: CliContext,
): Promise<{ readonly phases: readonly Phase[]; readonly isComplete: boolean }> {
  const { readWorkflows } = await import("../../app/offline.ts");
  const files: { name: string; phases: readonly Phase[] }[] = [];
  let isComplete = true;
  for (const file of await readWorkflows(workflow)) {
    const parsed = parseWorkflowFile(file.name, file.source, { zone, now: context.now() });
    const refused = file.error !== null || !parsed.accepted;
    if (refused && (file.isMeant || parsed.hasPhases)) {
      context.err(`${file.name} has errors, so its phases are skipped; see flowlord check.`);
      isComplete = false;
    } else files.push({ name: file.name, phases: parsed.phases });
  }
  return { phases: buildGraph(files).waitingForFiles, isComplete };
}

function verdicts(
  path: string,
  phases: readonly Phase[],
): { readonly matches: readonly Verdict[]; readonly nearMisses: readonly Verdict[] } {
  const graph = buildGraph([{ name: "", phases }]);
  const matching = new Set(matchingPhases(path, graph));
  // In the order of the workflow files.
  const matches = phases
    .filter((phase) => matching.has(phase))
    .flatMap((phase) =>
      globsOf(phase)
        .filter((glob) => glob.matches?.(path) ?? false)
        .slice(0, 1)
        .map((glob) => verdict(phase, align(glob, path, true))),
    );
  const near = matches.length > 0 ? [] : nearestPhases(path, phases);
  return { matches, nearMisses: near.map(({ of, alignment }) => verdict(of, alignment)) };
}

function verdict({ task, workflow }: Phase, { pattern, language, tokens, stop }: Alignment): Verdict {
  if (stop === null) return { task, workflow, language, pattern, tokens, stopped: null };
  const { reason, pathAt, patternAt, wanted, found } = stop;
  const stopped = { language, pattern, reason, path_at: pathAt, pattern_at: patternAt, wanted, found };
  return { task, workflow, language, pattern, tokens, stopped };
}

function printEvent({ event, matches, notes }: StoredEvent, zone: string, context: CliContext): void {
  const found = matches.map(({ task, workflow, record_id: record }) =>
    printable(`${task} of ${workflow}${record === null ? "" : ` (record ${record})`}`),
  );
  const outcome = found.length === 0 ? "no phase" : found.join(", ");
  context.out(
    `${printable(event.path)} arrived as event ${event.id}, ${localTime(event.received_at, zone)} (${zone}), and matched ${outcome}.`,
  );
  for (const line of noteLines(notes, zone, context.paint)) context.out(line);
}

function printCurrent(path: string, now: ReturnType<typeof verdicts>, phases: number, context: CliContext): void {
  const { matches, nearMisses } = now;
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
function printStored({ event, near_misses }: FileHistory, now: ReturnType<typeof verdicts>, context: CliContext): void {
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
