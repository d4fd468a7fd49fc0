import type { DirectInstance } from "../../app/offline.ts";
import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { printable } from "../../contract/printable.ts";
import { isoTime, localTime, parseTime } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

type PauseRequest = Parameters<DirectInstance["pauses"]["pause"]>[0];
type PauseScope = Pick<PauseRequest, "type" | "job" | "workflow">;
type PausedScope = Awaited<ReturnType<DirectInstance["pauses"]["pause"]>>[number];

interface ScopeFlags extends ConfigFlags {
  readonly all?: true;
  readonly workflow?: string;
  readonly json?: true;
}

interface PauseFlags extends ScopeFlags {
  readonly until?: string;
  readonly reason: string;
}

interface ResumeFlags extends ScopeFlags {
  readonly drop?: true;
  readonly reason?: string;
}

/** `flowlord pause TYPE[:JOB]`: start nothing of a phase until its resume. */
export function addPause(cli: Cli): void {
  cli
    .command("pause [type[:job]]", "Start nothing of a phase, or of all, until it is resumed; what comes is kept.", [
      'flowlord pause load:daily --reason "the warehouse is moved"',
      "flowlord pause load:daily --workflow sales.toml --until 2026-01-31T18 --reason maintenance",
      'flowlord pause --all --until 2026-01-31T18:30:00Z --reason "new disk"',
    ])
    .option("--all", "all phases, also those that come meanwhile")
    .option("--workflow <name>", "the workflow file of the phase (default: the one that has it)")
    .option("--until <time>", "when it ends by itself: RFC 3339, or a day or hour in the config's zone")
    .requiredOption("--reason <text>", "why, for others who ask")
    .option("--json", "one JSON object: paused, until")
    .action(cli.action((task: string | undefined, flags: PauseFlags) => pause(cli.context, task, flags)));
}

/** `flowlord resume TYPE[:JOB]`: end a pause that a person began. */
export function addResume(cli: Cli): void {
  cli
    .command("resume [type[:job]]", "End a pause: what was kept starts, and `catchup` decides about the ticks.", [
      "flowlord resume load:daily",
      "flowlord resume load:daily --drop",
      "flowlord resume --all",
    ])
    .option("--all", "end the pause of all phases; those that are paused one by one stay so")
    .option("--workflow <name>", "the workflow file of the phase (default: the one that has it)")
    .option("--drop", "cancel the tasks that files and finished parents asked for meanwhile")
    .option("--reason <text>", "why, for others who ask")
    .option("--json", "one JSON object: resumed, dropped, still_paused")
    .action(cli.action((task: string | undefined, flags: ResumeFlags) => resume(cli.context, task, flags)));
}

async function pause(context: CliContext, task: string | undefined, flags: PauseFlags): Promise<number> {
  const scope = scopeOf("pause", task, flags);
  const target = await targetOf(flags, context);
  const zone = target.zone;
  const until = flags.until === undefined ? null : untilOf(flags.until, zone);
  const instance = await target.openInstance();
  try {
    const paused = await instance.pauses.pause({ ...scope, until, by: currentUser(), reason: flags.reason });
    if (flags.json === true) context.out(JSON.stringify({ paused, until: until === null ? null : isoTime(until) }));
    else {
      const end = until === null ? "until flowlord resume" : `until ${localTime(until, zone)} (${zone})`;
      for (const one of paused) context.out(`paused ${nameOf(one)} ${end}`);
    }
    return 0;
  } finally {
    await instance.close();
  }
}

async function resume(context: CliContext, task: string | undefined, flags: ResumeFlags): Promise<number> {
  const scope = scopeOf("resume", task, flags);
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const { drop = false, reason = "" } = flags;
    const answer = await instance.pauses.resume({ ...scope, drop, by: currentUser(), reason });
    if (flags.json === true) context.out(JSON.stringify(answer));
    else {
      const { resumed, dropped, still_paused: still } = answer;
      for (const one of resumed) context.out(`resumed ${nameOf(one)}`);
      if (flags.drop === true) context.out(`${dropped} ${dropped === 1 ? "task" : "tasks"} that waited cancelled`);
      for (const one of still) context.err(`${nameOf(one)} stays paused: ${printable(one.because)}`);
    }
    return 0;
  } finally {
    await instance.close();
  }
}

function scopeOf(command: string, task: string | undefined, { all, workflow }: ScopeFlags): PauseScope {
  if ((task === undefined) === (all === undefined))
    throw new UsageError(`${command} takes either TYPE[:JOB], as in flowlord ${command} load:daily, or --all.`);
  if (task === undefined) {
    if (workflow !== undefined) throw new UsageError(`--workflow names the file of one phase; --all has no phase.`);
    return { type: null, job: null, workflow: null };
  }
  const [type = "", ...rest] = task.split(":");
  const job = rest.join(":");
  if (type === "") throw new UsageError(`${command} takes TYPE or TYPE:JOB, as in flowlord ${command} load:daily.`);
  return { type, job: job === "" ? null : job, workflow: workflow ?? null };
}

function untilOf(text: string, zone: string): number {
  const time = parseTime(text, zone);
  if (time !== null) return time;
  throw new UsageError(`--until: "${text}" is not a valid time; write it as in 2026-01-31T18 or 2026-01-31T18:00:00Z.`);
}

function nameOf({ phase_id: id, task, workflow }: PausedScope): string {
  return id === 0 ? "all phases" : printable(`${task} of ${workflow}`);
}
