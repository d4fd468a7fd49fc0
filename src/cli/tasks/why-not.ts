import { parseAskedDay, type AskedTime, type DayAgo } from "../../contract/time/asked-time.ts";
import type { WhyNot, WhyNotFinding } from "../../core/why/why-not.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { configOf, type ConfigFlags } from "../find-config.ts";
import { printable } from "../../contract/printable.ts";
import { taskTimeOf } from "../output/times.ts";
import { whyNotJson } from "../../core/why/why-json.ts";
import { noteLines, notesJson, pageNotes } from "../output/notes.ts";
import { withReader } from "../with-reader.ts";
import { partsOf } from "../../core/time/wall-time.ts";
import { UsageError } from "../usage-error.ts";
import { wrap } from "../output/wrap.ts";

interface Flags extends ConfigFlags {
  readonly at: string;
  readonly workflow?: string;
  readonly json?: true;
}

/** `flowlord why-not TYPE[:JOB] --at TIME`: why a phase made no task. */
export function addWhyNot(cli: Cli): void {
  cli
    .command("why-not <type[:job]>", "Show why a phase has no task for a task time, the main reason first.", [
      "flowlord why-not load:daily --at 2026-01-31",
      "flowlord why-not transform --workflow sales.toml --at 2026-01-31T05",
      "flowlord why-not transform --at 2026-01-31T05 --json",
    ])
    .requiredOption(
      "--at <time>",
      "the task time: a day (also yesterday) or hour in the zone of the phase, or RFC 3339",
    )
    .option("--workflow <name>", "the workflow file of the phase (default: the one that has it)")
    .option("--json", "one JSON object a line for each phase that matches")
    .action(cli.action((task: string, flags: Flags) => printWhyNot(cli.context, task, flags)));
}

async function printWhyNot(context: CliContext, task: string, flags: Flags): Promise<number> {
  const { options } = configOf(flags, context);
  const [type = "", ...job] = task.split(":");
  if (type === "") throw new UsageError("why-not takes TYPE or TYPE:JOB, as in flowlord why-not load:daily.");
  const { whyNotHere } = await import("../../app/offline.ts");
  const answers = await whyNotHere(
    options,
    {
      type,
      job: job.length === 0 ? null : job.join(":"),
      workflow: flags.workflow ?? null,
      taskTime: timeOf(flags.at),
    },
    context.now(),
  );
  const notes = await withReader(options, async (reader) => ({
    phases: await pageNotes(
      reader,
      "phase",
      answers.flatMap(({ phase }) => phase?.id ?? []),
    ),
    days: await pageNotes(reader, "day", answers.map(dayOf)),
  }));
  for (const [index, answer] of answers.entries()) {
    const ofPhase = answer.phase === null ? [] : notes.phases.on(answer.phase.id);
    const ofDay = notes.days.on(dayOf(answer));
    if (flags.json === true)
      context.out(JSON.stringify({ ...whyNotJson(answer), notes: notesJson(ofPhase), day_notes: notesJson(ofDay) }));
    else {
      const { zone, paint } = { zone: answer.task_zone, ...context };
      const lines = [...noteLines(ofPhase, zone, paint), ...noteLines(ofDay, zone, paint, "on the day")];
      context.out((index === 0 ? "" : "\n") + [asText(answer, context), ...lines].join("\n"));
    }
  }
  return answers.every((answer) => answer.phase !== null) ? 0 : 1;
}

/** The day of its task time, as notes have it. */
function dayOf({ task_time: time }: WhyNot): number {
  const { year, month, day } = partsOf(time);
  return year * 10_000 + month * 100 + day;
}

function timeOf(text: string): AskedTime | DayAgo {
  const time = parseAskedDay(text);
  if (time === null)
    throw new UsageError(
      `--at takes a time as in 2026-01-31T05:00:00Z, 2026-01-31T05, 2026-01-31 or yesterday, not "${text}".`,
    );
  return time;
}

function asText(answer: WhyNot, { paint, width }: CliContext): string {
  const { phase } = answer;
  const lines: string[] = [];
  if (phase !== null) {
    const location = `line ${phase.line} of ${phase.workflow}, version ${phase.version}`;
    lines.push(
      `${paint.bold(printable(phase.task))} for ${taskTimeOf(answer, answer.task_zone)}  ${paint.dim(printable(location))}`,
    );
  }
  lines.push(`  ${wrap(printable(answer.reason), width, 2)}`);
  // The first line already states a single finding.
  if (answer.findings.length > 1 || answer.findings[0]?.why_not !== undefined) {
    lines.push(...answer.findings.flatMap((finding) => findingLines(finding, 2, width)));
  }
  return lines.join("\n");
}

/** Each finding, and below one about a parent the findings of that parent. */
function findingLines(finding: WhyNotFinding, indent: number, width: number | null): string[] {
  const deeper = finding.why_not?.findings.flatMap((one) => findingLines(one, indent + 2, width)) ?? [];
  return [`${" ".repeat(indent)}- ${wrap(printable(finding.sentence), width, indent + 2)}`, ...deeper];
}
