import { taskName } from "../../core/task/task-name.ts";
import type { DatedFinding, Finding } from "../../core/why/finding.ts";
import { nameOfTask } from "../../core/why/why.ts";
import { aboutPairs } from "../output/about.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { paintResult } from "../output/paint.ts";
import { printable } from "../../contract/printable.ts";
import { notesJson, noteText } from "../output/notes.ts";
import { logText } from "../output/log-text.ts";
import type { ShownWhy } from "../reads/task-reads.ts";
import { localTime, timesIn } from "../output/times.ts";
import { type ShownFacts, whyJson } from "../../core/why/why-json.ts";
import { wrap } from "../output/wrap.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord why ID`: why a task ran, and what it waits for. */
export function addWhy(cli: Cli): void {
  cli
    .command(
      "why <id>",
      "Show why a task ran, what happened to it and what it waits for; ID is a record's number, or the id of a whole run.",
      ["flowlord why 1204", "flowlord why 1204 --json", "flowlord why-not load:daily --at 2026-01-31T05"],
    )
    .option("--json", "one JSON object a line for each record")
    .action(cli.action((id: string, flags: Flags) => printWhy(cli.context, id, flags)));
}

async function printWhy(context: CliContext, id: string, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ tasks }) => {
    const found = await tasks.why(id);
    if (found.length === 0) {
      context.err(`No task has the record number or run id "${printable(id)}"; flowlord tasks lists the newest ones.`);
      return 1;
    }
    for (const [index, one] of found.entries()) {
      if (flags.json === true) {
        const { facts, answer, links, log } = one;
        const shown = { links, log, notes: notesJson(one.notes), phaseNotes: notesJson(one.phaseNotes) };
        context.out(JSON.stringify(whyJson(facts, answer, shown, target.zone)));
      } else context.out((index === 0 ? "" : "\n") + asText(one, context));
    }
    return 0;
  });
}

const INDENT = 2;
/** The width of a time and two spaces. */
const TIME = "2026-01-31 05:00:00  ".length;

function asText(
  { facts, answer, links, log, notes, phaseNotes, zone }: ShownWhy,
  { paint, width }: CliContext,
): string {
  const { task } = facts;
  const status = task.result === "" ? task.state : task.result;
  const line = (label: string, { sentence }: Pick<Finding, "sentence">): string =>
    `${" ".repeat(INDENT)}${paint.dim(label.padEnd(TIME))}${wrap(printable(sentence), width, INDENT + TIME)}`;
  return [
    `${paint.bold(printable(taskName(task)))}  ${paintResult(paint, status)}  record ${task.record_id} of run ${printable(task.id)}${paint.dim(timesIn(zone))}`,
    ...aboutPairs(facts.phase, links).map(([label, sentence]) => line(label, { sentence })),
    ...notes.map((one) => line("note", { sentence: noteText(one, zone) })),
    ...phaseNotes.map((one) => line("note on its phase", { sentence: noteText(one, zone) })),
    line(localTime(task.decided_at, zone), {
      ...answer.because,
      sentence: withoutName(answer.because.sentence, facts, zone),
    }),
    // The first event of that code created the task; the line above says so already.
    ...answer.events
      .filter((event) => event !== answer.events.find(({ code }) => code === answer.because.code))
      .map((event: DatedFinding) => line(localTime(event.at, zone), event)),
    ...answer.standing.map((finding) => line("now", finding)),
    // Where the log of a running task is elsewhere, the line above says so already.
    ...(log === null || (log.host !== null && task.state === "running")
      ? []
      : [line("log", { sentence: logText(log) })]),
    ...(log === null || log.last_line === "" ? [] : [line("last line", { sentence: log.last_line })]),
  ].join("\n");
}

/** The headline has the name already; the rest stays. */
function withoutName(sentence: string, { task, last_attempt: last }: ShownFacts, zone: string): string {
  const name = nameOfTask(task, zone, last);
  const about = name.slice(taskName(task).length).replace(/^,? /, "");
  const rest = sentence.slice(name.length + 2);
  return about === "" ? rest : `${about}: ${rest}`;
}
