import { parseAskedDay } from "../../contract/time/asked-time.ts";
import type { WhyNot, WhyNotFinding } from "../../core/why/why-not.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { printable } from "../../contract/printable.ts";
import { taskTimeOf } from "../output/times.ts";
import { whyNotJson } from "../../core/why/why-json.ts";
import { noteLines, notesJson } from "../output/notes.ts";
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
  const target = await targetOf(flags, context);
  const [type = "", ...job] = task.split(":");
  if (type === "") throw new UsageError("why-not takes TYPE or TYPE:JOB, as in flowlord why-not load:daily.");
  const asked = {
    type,
    job: job.length === 0 ? null : job.join(":"),
    workflow: flags.workflow ?? null,
    at: checkedTime(flags.at),
  };
  const answers = await target.read(({ plans }) => plans.whyNot(asked));
  for (const [index, { answer, phaseNotes, dayNotes }] of answers.entries()) {
    if (flags.json === true) {
      const notes = { notes: notesJson(phaseNotes), day_notes: notesJson(dayNotes) };
      context.out(JSON.stringify({ ...whyNotJson(answer), ...notes }));
    } else {
      const { zone, paint } = { zone: answer.task_zone, ...context };
      const lines = [...noteLines(phaseNotes, zone, paint), ...noteLines(dayNotes, zone, paint, "on the day")];
      context.out((index === 0 ? "" : "\n") + [asText(answer, context), ...lines].join("\n"));
    }
  }
  return answers.every(({ answer }) => answer.phase !== null) ? 0 : 1;
}

function checkedTime(text: string): string {
  if (parseAskedDay(text) === null)
    throw new UsageError(
      `--at takes a time as in 2026-01-31T05:00:00Z, 2026-01-31T05, 2026-01-31 or yesterday, not "${text}".`,
    );
  return text;
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
