import { InvalidArgumentError } from "commander";
import { isZone } from "../../core/time/zone.ts";
import { taskName } from "../../core/task/task-name.ts";
import { integerBetween, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { localPath, type ConfigFlags } from "../find-config.ts";
import { printable } from "../../contract/printable.ts";
import { notesJson } from "../output/notes.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime, taskTimeColumn } from "../output/times.ts";
import { isoTaskTime, type TaskTime } from "../../core/time/iso-times.ts";
import type { ShownTick } from "../reads/plan-reads.ts";
import { targetOf } from "../target.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly zone?: string;
  readonly json?: true;
}

/** `flowlord schedule [PATH]`: the coming ticks over all scheduled phases, earliest first. */
export function addSchedule(cli: Cli): void {
  cli
    .command("schedule [path]", "Show the coming ticks of the schedules, with the tasks they will create.", [
      "flowlord schedule",
      "flowlord schedule -n 50 workflows/daily.toml",
      "flowlord schedule --zone America/New_York",
    ])
    .option("-n, --number <count>", "how many ticks", integerBetween(1, 100_000), 20)
    .option(
      "--zone <zone>",
      "IANA zone to show the times in (default: the one zone of all phases, else that of the config or process)",
      zoneName,
    )
    .option("--json", "one JSON object a line")
    .action(cli.action((path: string | undefined, flags: Flags) => schedule(cli.context, path ?? null, flags)));
}

async function schedule(context: CliContext, path: string | null, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const local = path === null ? null : localPath(context.cwd, path);
  const { ticks, zones, rejected, problems } = await target.read(({ plans }) => plans.schedule(local, flags.number));
  for (const name of rejected) context.err(`${name} has errors, so none of its phases is shown; see flowlord check.`);
  for (const problem of problems) context.err(problem);
  // Where all phases have one zone, the moments are in it too: the table has one clock.
  const zone = flags.zone ?? (zones.length === 1 ? zones.join("") : target.zone);
  if (flags.json === true) for (const tick of ticks) context.out(JSON.stringify(asJson(tick, zone, target.zone)));
  else if (ticks.length === 0) context.out("No phase has a schedule that will come due.");
  else context.out(asTable(ticks, zone, target.zone, context));
  return rejected.length === 0 ? 0 : 1;
}

/** Why a tick makes no task; empty when it makes one. `zone`: by whose clock the end of a pause is told. */
function reasonOf({ held, reason }: ShownTick, zone: string): string {
  if (held === null) return reason;
  if (held.by === null) return "paused by its file";
  const end = held.until === null ? "" : ` until ${localTime(held.until, zone)}`;
  const why = held.reason === "" ? "" : `: ${printable(held.reason)}`;
  return `paused by ${printable(held.by)}${end}${why}`;
}

function asJson(tick: ShownTick, zone: string, phaseZone: string): object {
  const { at, workflow, type, job, info, tasks, about, links, notes } = tick;
  const reason = reasonOf(tick, zone);
  return {
    scheduled_at: isoTime(at),
    local_time: localTime(at, zone),
    zone,
    ...isoTaskTime(timeOf(tick), phaseZone),
    workflow,
    type,
    job,
    info,
    tasks,
    ...(reason === "" ? {} : { reason }),
    ...about,
    links,
    notes: notesJson(notes),
  };
}

function asTable(ticks: readonly ShownTick[], zone: string, phaseZone: string, { paint, width }: CliContext): string {
  const times = taskTimeColumn(ticks.map(timeOf), phaseZone);
  const hasNotes = ticks.some(({ notes }) => notes.length > 0);
  const rows = ticks.map((tick) => {
    const { at, workflow, notes } = tick;
    const reason = reasonOf(tick, zone);
    return [
      { text: localTime(at, zone) },
      { text: times.text(timeOf(tick)), paint: paint.dim },
      { text: workflow },
      { text: taskName(tick), paint: paint.bold },
      ...(hasNotes ? [{ text: notes.length === 0 ? "" : String(notes.length) }] : []),
      { text: reason === "" ? infoOf(tick) : `no task: ${reason}` },
    ];
  });
  const heads = hasNotes ? ["NOTES"] : [];
  return table([`DUE (${zone})`, times.head, "WORKFLOW", "TASK", ...heads, "INFO"], rows, width);
}

function infoOf({ info, tasks }: ShownTick): string {
  if (tasks === null) return "a batch of more tasks than are counted";
  return `${info}${tasks > 1 ? `  (and ${tasks - 1} more)` : ""}`;
}

function timeOf({ taskTime, zone }: ShownTick): TaskTime {
  return { task_time: taskTime, task_zone: zone };
}

function zoneName(text: string): string {
  if (!isZone(text)) throw new InvalidArgumentError('It takes an IANA time zone, as in "Europe/Berlin" or "UTC".');
  return text;
}
