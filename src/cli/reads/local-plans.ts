import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { parseAskedDay } from "../../contract/time/asked-time.ts";
import { toError } from "../../contract/to-error.ts";
import { tickPreview } from "../../core/cron/tick-preview.ts";
import { comingTicks } from "../../core/cron/coming-ticks.ts";
import { linksOfPhase } from "../../core/task/task-links.ts";
import { partsOf } from "../../core/time/wall-time.ts";
import type { WhyNot } from "../../core/why/why-not.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { NoteRow } from "../../store/notes.ts";
import type { Pause } from "../../store/pauses.ts";
import { UsageError } from "../usage-error.ts";
import type { LocalParts } from "./local-parts.ts";
import type { PlanReads, ShownTick, TickHold } from "./plan-reads.ts";
import { localPhases } from "./local-workflows.ts";

export function localPlans(parts: LocalParts): PlanReads {
  const { options, zone, now, open } = parts;
  return {
    schedule: async (path, count) => {
      const { readMetaRows } = await import("../../app/offline.ts");
      const { phases: all, rejected } = await localPhases(path ?? undefined, parts);
      const phases = all.filter((phase) => phase.rule.cron !== null);
      const problems: string[] = [];
      const pauses = await pausesOf(parts).catch((error: unknown) => {
        problems.push(`Pauses are not shown: ${toError(error).message}`);
        return [];
      });
      const notesOf = await phaseNotes(parts).catch((error: unknown) => {
        problems.push(`Notes are not shown: ${toError(error).message}`);
        return () => [];
      });
      const tickContext = {
        newId: () => "",
        // A preview shows a placeholder: the real digits are random.
        shortId: () => "xxxxxxxx",
        host: hostname(),
        zone,
        taskTtl: options.sqlite.taskTtl,
        metaRows: await readMetaRows(options, phases),
      };
      const next = phases.map((phase) => ({ phase, at: phase.rule.cron?.next(now()) ?? null }));
      const ticks: ShownTick[] = [];
      for (const { phase, at, held } of comingTicks(next, (phase, at) => heldBy(phase, at, pauses))) {
        if (ticks.length === count) break;
        const { workflow, type, job, about, rule } = phase;
        const made = tickPreview(phase, at, held !== null, tickContext);
        const links = linksOfPhase(options.links, phase, made.taskTime);
        ticks.push({
          workflow,
          type,
          job,
          about,
          zone: rule.timezone,
          at,
          ...made,
          held,
          links,
          notes: notesOf(phase),
        });
      }
      const zones = [...new Set(phases.map(({ rule }) => rule.timezone ?? zone))];
      return { ticks, zones, rejected, problems };
    },
    whyNot: async ({ type, job, workflow, at }) => {
      const taskTime = parseAskedDay(at);
      if (taskTime === null) throw new UsageError(`"${at}" is not a time.`);
      const { whyNotHere } = await import("../../app/offline.ts");
      const answers = await whyNotHere(options, { type, job, workflow, taskTime }, now());
      const { notes } = await open();
      const ids = answers.flatMap(({ phase }) => phase?.id ?? []);
      const onPhases = await notes.of("phase", ids);
      const onDays = await notes.of("day", answers.map(dayOf));
      return answers.map((answer) => ({
        answer,
        phaseNotes: onPhases.filter((note) => note.target_id === answer.phase?.id),
        dayNotes: onDays.filter((note) => note.target_id === dayOf(answer)),
      }));
    },
    notesOn: async (target) => {
      const { notesHere } = await import("../../app/offline.ts");
      return await notesHere(options, target, now());
    },
  };
}

/** The day of its task time, as notes have it. */
function dayOf({ task_time: time }: WhyNot): number {
  const { year, month, day } = partsOf(time);
  return year * 10_000 + month * 100 + day;
}

/** A pause by a person, of the phase that a file and a key name; without them of all. */
interface PausedSchedule extends Pick<Pause, "until" | "by" | "reason"> {
  readonly workflow: string | null;
  readonly key: string;
}

/** Of the database, when there is one: pauses begin with the first start. */
async function pausesOf({ options, open }: LocalParts): Promise<readonly PausedSchedule[]> {
  if (!existsSync(options.sqlite.localPath)) return [];
  const { lineage } = await open();
  const pauses = await lineage.pauses();
  const workflows = pauses.length === 0 ? [] : await lineage.workflows();
  return pauses.flatMap(({ phaseId, ...pause }): readonly PausedSchedule[] => {
    if (phaseId === 0) return [{ ...pause, workflow: null, key: "" }];
    const [file] = workflows.filter(({ phases }) => phases.some(({ id }) => id === phaseId));
    const key = file?.phases.find(({ id }) => id === phaseId)?.key;
    return file === undefined || key === undefined ? [] : [{ ...pause, workflow: file.name, key }];
  });
}

/** Of the database, when there is one. */
async function phaseNotes({ options, open }: LocalParts): Promise<(phase: Phase) => readonly NoteRow[]> {
  if (!existsSync(options.sqlite.localPath)) return () => [];
  const { lineage, notes } = await open();
  const ids = new Map<string, number>();
  for (const { name, phases } of await lineage.workflows())
    for (const { key, id } of phases) ids.set(`${name}\n${key}`, id);
  const all = Map.groupBy(await notes.of("phase", [...ids.values()]), (note) => note.target_id);
  return ({ workflow, key }) => all.get(ids.get(`${workflow}\n${key}`) ?? 0) ?? [];
}

/** Why a tick passes, and until when those after it do. */
function heldBy(phase: Phase, at: number, pauses: readonly PausedSchedule[]): TickHold | null {
  if (phase.rule.paused) return { until: null, by: null, reason: "" };
  const [pause] = pauses.filter(
    ({ workflow, key, until }) =>
      (workflow === null || (workflow === phase.workflow && key === phase.key)) && (until === null || at < until),
  );
  return pause === undefined ? null : { until: pause.until, by: pause.by, reason: pause.reason };
}
