import type { WallMs } from "../../contract/time/wall-ms.ts";
import { processZone } from "../../config/process-zone.ts";
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { InvalidArgumentError } from "commander";
import type { DueTick } from "../../core/decide/decider.ts";
import { decideTick, tickTaskTime, type TickContext } from "../../core/decide/on-tick.ts";
import { comingTicks, type Hold } from "../../core/cron/coming-ticks.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import { parseWorkflowFile } from "../../core/workflow/workflow-file.ts";
import { isZone } from "../../core/time/zone.ts";
import { taskName } from "../../core/task/task-name.ts";
import { integerBetween, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { Options } from "../../config/options.ts";
import type { Pause } from "../../store/pauses.ts";
import { withReader } from "../with-reader.ts";
import { configOf, localPath, type ConfigFlags } from "../find-config.ts";
import { toError } from "../../contract/to-error.ts";
import { printable } from "../../contract/printable.ts";
import { linksOfPhase, type LinkTemplate } from "../../core/task/task-links.ts";
import { PageNotes, pageNotes } from "../output/notes.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime, taskTimeColumn } from "../output/times.ts";
import { isoTaskTime, type TaskTime } from "../../core/time/iso-times.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly zone?: string;
  readonly json?: true;
}

/** One coming tick, with the tasks that it would create now. */
interface ShownTick {
  readonly phase: Phase;
  readonly at: number;
  readonly taskTime: WallMs | null;
  readonly info: string;
  readonly tasks: number;
  /** Why there is no task; empty when there is one. */
  readonly reason: string;
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
  const { options } = configOf(flags, context);
  const { readMetaRows, readWorkflows } = await import("../../app/offline.ts");
  const phaseZone = options.timezone ?? processZone();
  const phases: Phase[] = [];
  let isComplete = true;
  for (const file of await readWorkflows(path === null ? options.workflow : localPath(context.cwd, path))) {
    const parsed = parseWorkflowFile(file.name, file.source, { zone: phaseZone, now: context.now() });
    const refused = file.error !== null || !parsed.accepted;
    if (refused && (file.isMeant || parsed.hasPhases)) {
      context.err(`${file.name} has errors, so none of its phases is shown; see flowlord check.`);
      isComplete = false;
    } else phases.push(...parsed.phases.filter((phase) => phase.rule.cron !== null));
  }
  const zones = new Set(phases.map(({ rule }) => rule.timezone ?? phaseZone));
  // Where all phases have one zone, the moments are in it too: the table has one clock.
  const zone = flags.zone ?? (zones.size === 1 ? [...zones].join("") : phaseZone);
  const pauses = await pausesOf(options).catch((error: unknown) => {
    context.err(`Pauses are not shown: ${toError(error).message}`);
    return [];
  });
  const notes = await notesOf(options).catch((error: unknown) => {
    context.err(`Notes are not shown: ${toError(error).message}`);
    return NO_NOTES;
  });
  const metaRows = await readMetaRows(phases);
  const taskTtl = options.sqlite.taskTtl;
  const holds = (phase: Phase, at: number): Held | null => heldBy(phase, at, pauses, zone);
  const ticks = shownTicks(phases, flags.number, context.now(), holds, {
    newId: () => "",
    // A preview shows a placeholder: the real digits are random.
    shortId: () => "xxxxxxxx",
    host: hostname(),
    zone: phaseZone,
    taskTtl,
    metaRows,
  });
  if (flags.json === true)
    for (const tick of ticks) context.out(JSON.stringify(asJson(tick, notes, options.links, zone, phaseZone)));
  else if (ticks.length === 0) context.out("No phase has a schedule that will come due.");
  else context.out(asTable(ticks, notes, zone, phaseZone, context));
  return isComplete ? 0 : 1;
}

/** A pause by a person, of a phase that a file and a key name; without them of all. */
interface PausedSchedule extends Pick<Pause, "until" | "by" | "reason"> {
  readonly workflow: string | null;
  readonly key: string;
}

/** Of the database, when there is one: pauses begin with the first start. */
async function pausesOf(options: Options): Promise<readonly PausedSchedule[]> {
  if (!existsSync(options.sqlite.localPath)) return [];
  return await withReader(options, async ({ lineage }) => {
    const pauses = await lineage.pauses();
    const workflows = pauses.length === 0 ? [] : await lineage.workflows();
    return pauses.flatMap(({ phaseId, ...pause }): readonly PausedSchedule[] => {
      if (phaseId === 0) return [{ ...pause, workflow: null, key: "" }];
      const [file] = workflows.filter(({ phases }) => phases.some(({ id }) => id === phaseId));
      const key = file?.phases.find(({ id }) => id === phaseId)?.key;
      return file === undefined || key === undefined ? [] : [{ ...pause, workflow: file.name, key }];
    });
  });
}

/** The notes on phases. */
interface PhaseNotes {
  readonly page: PageNotes;
  /** 0: the database does not know the phase. */
  readonly idOf: (phase: Phase) => number;
}

const NO_NOTES: PhaseNotes = { page: new PageNotes([]), idOf: () => 0 };

/** Of the database, when there is one. */
async function notesOf(options: Options): Promise<PhaseNotes> {
  if (!existsSync(options.sqlite.localPath)) return NO_NOTES;
  return await withReader(options, async (reader) => {
    const ids = new Map<string, number>();
    for (const { name, phases } of await reader.lineage.workflows())
      for (const { key, id } of phases) ids.set(`${name}\n${key}`, id);
    return {
      page: await pageNotes(reader, "phase", [...ids.values()]),
      idOf: ({ workflow, key }) => ids.get(`${workflow}\n${key}`) ?? 0,
    };
  });
}

/** Why a tick passes, and until when those after it do. */
interface Held extends Hold {
  readonly reason: string;
}

function heldBy(phase: Phase, at: number, pauses: readonly PausedSchedule[], zone: string): Held | null {
  if (phase.rule.paused) return { reason: "paused by its file", until: null };
  const [pause] = pauses.filter(
    ({ workflow, key, until }) =>
      (workflow === null || (workflow === phase.workflow && key === phase.key)) && (until === null || at < until),
  );
  if (pause === undefined) return null;
  const end = pause.until === null ? "" : ` until ${localTime(pause.until, zone)}`;
  const why = pause.reason === "" ? "" : `: ${printable(pause.reason)}`;
  return { reason: `paused by ${printable(pause.by)}${end}${why}`, until: pause.until };
}

function shownTicks(
  phases: readonly Phase[],
  count: number,
  now: number,
  holds: (phase: Phase, at: number) => Held | null,
  tickContext: Omit<TickContext, "now">,
): readonly ShownTick[] {
  const due = phases.map((phase) => ({ phase, at: phase.rule.cron?.next(now) ?? null }));
  const ticks: ShownTick[] = [];
  for (const { phase, at, held } of comingTicks(due, holds)) {
    if (ticks.length === count) break;
    ticks.push(
      held === null
        ? preview(phase, { phaseId: phase.id, scheduledAt: at }, tickContext)
        : { phase, at, taskTime: tickTaskTime(phase, at, tickContext.zone), info: "", tasks: 0, reason: held.reason },
    );
  }
  return ticks;
}

function preview(phase: Phase, tick: DueTick, tickContext: Omit<TickContext, "now">): ShownTick {
  const effects = decideTick(phase, tick, new Map(), { ...tickContext, now: tick.scheduledAt });
  const [task] = effects.tasks;
  const reason = task === undefined ? (effects.alerts[0]?.message ?? "its batch has no rows") : "";
  return {
    phase,
    at: tick.scheduledAt,
    taskTime: task?.taskTime ?? null,
    info: task?.message.info ?? "",
    tasks: effects.tasks.length,
    reason,
  };
}

function asJson(
  tick: ShownTick,
  notes: PhaseNotes,
  links: readonly LinkTemplate[],
  zone: string,
  phaseZone: string,
): object {
  const { phase, at, info, tasks, reason } = tick;
  return {
    scheduled_at: isoTime(at),
    local_time: localTime(at, zone),
    zone,
    ...isoTaskTime(timeOf(tick), phaseZone),
    workflow: phase.workflow,
    type: phase.type,
    job: phase.job,
    info,
    tasks,
    ...(reason === "" ? {} : { reason }),
    ...phase.about,
    links: linksOfPhase(links, phase, tick.taskTime),
    notes: notes.page.json(notes.idOf(phase)),
  };
}

function asTable(
  ticks: readonly ShownTick[],
  { page, idOf }: PhaseNotes,
  zone: string,
  phaseZone: string,
  { paint, width }: CliContext,
): string {
  const times = taskTimeColumn(ticks.map(timeOf), phaseZone);
  const rows = ticks.map((tick) => {
    const { phase, at, info, tasks, reason } = tick;
    return [
      { text: localTime(at, zone) },
      { text: times.text(timeOf(tick)), paint: paint.dim },
      { text: phase.workflow },
      { text: taskName(phase), paint: paint.bold },
      ...page.cells(idOf(phase)),
      { text: reason === "" ? `${info}${tasks > 1 ? `  (and ${tasks - 1} more)` : ""}` : `no task: ${reason}` },
    ];
  });
  return table([`DUE (${zone})`, times.head, "WORKFLOW", "TASK", ...page.heads, "INFO"], rows, width);
}

function timeOf({ phase, taskTime }: ShownTick): TaskTime {
  return { task_time: taskTime, task_zone: phase.rule.timezone };
}

function zoneName(text: string): string {
  if (!isZone(text)) throw new InvalidArgumentError('It takes an IANA time zone, as in "Europe/Berlin" or "UTC".');
  return text;
}
