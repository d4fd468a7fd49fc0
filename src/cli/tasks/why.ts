import { lackingWorker } from "../../config/lacks-worker.ts";
import { processZone } from "../../config/process-zone.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { DatedFinding, Finding } from "../../core/why/finding.ts";
import type { WhyFacts } from "../../core/why/why-facts.ts";
import { nameOfTask, why, type Why } from "../../core/why/why.ts";
import { linksOf, type Link } from "../../core/task/task-links.ts";
import { aboutPairs } from "../output/about.ts";
import type { NoteRow } from "../../store/notes.ts";
import type { LogSummary } from "../../task-logs/log-summary.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { paintResult } from "../output/paint.ts";
import { printable } from "../../contract/printable.ts";
import { notesJson, noteText, pageNotes } from "../output/notes.ts";
import { logsOf, logText } from "./task-log.ts";
import { localTime, timesIn } from "../output/times.ts";
import { whyJson } from "../../core/why/why-json.ts";
import { wrap } from "../output/wrap.ts";
import { withReader } from "../with-reader.ts";

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
  const { options } = configOf(flags, context);
  return await withReader(options, async (reader) => {
    const found = await reader.lineage.why(id);
    if (found.length === 0) {
      context.err(`No task has the record number or run id "${printable(id)}"; flowlord tasks lists the newest ones.`);
      return 1;
    }
    const zone = options.timezone ?? processZone();
    const notes = await pageNotes(
      reader,
      "task",
      found.map(({ task }) => task.first_attempt_id),
    );
    const ofPhases = await pageNotes(
      reader,
      "phase",
      found.flatMap(({ phase }) => phase?.id ?? []),
    );
    const logs = await logsOf(reader, id, options, context.now());
    for (const [index, facts] of found.entries()) {
      const ofTask = facts.task.task_zone ?? zone;
      const answer = why(facts, context.now(), ofTask, lackingWorker(facts.task, options)?.sentence ?? null);
      const own = {
        task: notes.on(facts.task.first_attempt_id),
        phase: ofPhases.on(facts.phase?.id ?? 0),
        log: logs.get(facts.task.record_id) ?? null,
        links: linksOf(options.links, { ...facts.task, record: facts.task.record_id }),
      };
      if (flags.json === true) {
        const shown = { ...own, notes: notesJson(own.task), phaseNotes: notesJson(own.phase) };
        context.out(JSON.stringify(whyJson(facts, answer, shown, zone)));
      } else context.out((index === 0 ? "" : "\n") + asText(facts, answer, own, ofTask, context));
    }
    return 0;
  });
}

/** Notes on the task, whichever attempt, and on its phase; links of the task, and the log of the attempt. */
interface Shown {
  readonly links: readonly Link[];
  readonly task: readonly NoteRow[];
  readonly phase: readonly NoteRow[];
  readonly log: LogSummary | null;
}

const INDENT = 2;
/** The width of a time and two spaces. */
const TIME = "2026-01-31 05:00:00  ".length;

function asText(facts: WhyFacts, answer: Why, shown: Shown, zone: string, { paint, width }: CliContext): string {
  const { task } = facts;
  const { log } = shown;
  const status = task.result === "" ? task.state : task.result;
  const line = (label: string, { sentence }: Pick<Finding, "sentence">): string =>
    `${" ".repeat(INDENT)}${paint.dim(label.padEnd(TIME))}${wrap(printable(sentence), width, INDENT + TIME)}`;
  return [
    `${paint.bold(printable(taskName(task)))}  ${paintResult(paint, status)}  record ${task.record_id} of run ${printable(task.id)}${paint.dim(timesIn(zone))}`,
    ...aboutPairs(facts.phase, shown.links).map(([label, sentence]) => line(label, { sentence })),
    ...shown.task.map((one) => line("note", { sentence: noteText(one, zone) })),
    ...shown.phase.map((one) => line("note on its phase", { sentence: noteText(one, zone) })),
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
function withoutName(sentence: string, { task, last_attempt: last }: WhyFacts, zone: string): string {
  const name = nameOfTask(task, zone, last);
  const about = name.slice(taskName(task).length).replace(/^,? /, "");
  const rest = sentence.slice(name.length + 2);
  return about === "" ? rest : `${about}: ${rest}`;
}
