import { type WallMs, digitsOf } from "../../contract/time/wall-ms.ts";
import { HOUR } from "../../contract/time/time-units.ts";
import { BatchError, type BatchTask, expandBatch } from "./batch.ts";
import { LATE_AFTER_MS } from "./catch-up.ts";
import type { MetaRowsOf } from "./children.ts";
import type { DueTick, Needs, SlotState } from "./decider.ts";
import { type DecisionCode, type Effects, type NewDecision, type NewTask, NO_EFFECTS } from "./effects.ts";
import { orderedMeta } from "../task/meta.ts";
import { aboutOf } from "../workflow/offset.ts";
import { instantKey, rootMemberships } from "./joins/join-key.ts";
import { rereadRows, unusableRows } from "./rows-alert.ts";
import { newTask } from "./new-task.ts";
import type { Phase } from "../workflow/phase.ts";
import { isCapped, Slots, type SlotUsage } from "./slots.ts";
import type { Values } from "../task/values.ts";
import { hourText, taskTime } from "../task/task-time.ts";
import { fillTime } from "../task/template.ts";
import { isCalendar } from "../time/calendar-span.ts";
import { wallAt } from "../time/wall-ms.ts";
import { wallTime, zoneOf } from "../time/zone.ts";

export interface TickContext {
  readonly now: number;
  /** Id of a new root task. */
  readonly newId: () => string;
  /** Eight hex digits for `{uuid}`. */
  readonly shortId: () => string;
  readonly host: string;
  /** The process's IANA zone, for phases that name none. */
  readonly zone: string;
  /** Milliseconds a task may take when its phase does not say. */
  readonly taskTtl: number;
  readonly metaRows: MetaRowsOf;
  /** What a person gives for keys that a row of a batch lacks. Not set: nobody is there to be asked. */
  readonly given?: Values;
  /** Of a preview: a batch of more tasks throws BatchError, and costs nothing. */
  readonly maxTasks?: number;
}

/** A span of ten years by the hour fits; a typo (`for=87600000h`) does not block the others. */
const MAX_TASKS_A_TICK = 100_000;

/** What the store must read before `decideTick`. */
export function tickNeeds(phase: Phase | undefined): Needs {
  return { ancestors: false, joins: [], slots: phase !== undefined && isCapped(phase) ? [phase.id] : [] };
}

/**
 * The tasks of one tick of a phase, or why there are none. Undefined: a reload has removed the phase. `about` is the moment
 * that they are about when a person names it; otherwise that of the tick.
 */
export function decideTick(
  phase: Phase | undefined,
  tick: DueTick,
  slotStates: ReadonlyMap<number, SlotState>,
  context: TickContext,
  about: number | null = null,
): Effects {
  if (phase === undefined) return skipped(tick, { reason: "the phase was removed" });
  const slots = new Slots(slotStates);
  const release = slots.release(phase);
  if (slots.skips(phase)) {
    return {
      ...skipped(
        tick,
        { ...slots.usage(phase), ...sourceOf(phase) },
        tickTaskTime(phase, tick.scheduledAt, context.zone),
      ),
      release,
    };
  }

  const drafts = draftsOf(phase, about ?? aboutOf(phase, tick.scheduledAt, context.zone), context);
  if (context.maxTasks !== undefined && drafts instanceof BatchError && drafts.code === "too_many_tasks") throw drafts;
  if (drafts instanceof Error) return { ...refused(phase, tick, drafts, context), release };
  if (drafts.length === 0) {
    const taskTime = tickTaskTime(phase, tick.scheduledAt, context.zone);
    const source = phase.rule.metaFile;
    const empty = decisionOf("batch_empty", phase, taskTime, {
      scheduled_at: tick.scheduledAt,
      source,
      ...sourceOf(phase),
    });
    return { ...NO_EFFECTS, decisions: [empty], resolves: rereadRows(phase), release };
  }
  const tasks = drafts.map((draft) => tickTask(phase, tick, draft, slots.admit(phase), context));
  return { ...NO_EFFECTS, tasks, resolves: rereadRows(phase), release };
}

/** What differs from one task of a tick to the next. */
type Draft = Pick<BatchTask, "info" | "meta" | "taskTime" | "position">;

function draftsOf(phase: Phase, about: number, context: TickContext): readonly Draft[] | Error {
  const { rule } = phase;
  const zone = rule.timezone ?? context.zone;
  if (!isBatch(rule)) return [plainDraft(phase, about, zone, context)];
  const fileRows = rule.metaFile === "" ? null : context.metaRows(rule.metaFile);
  if (fileRows instanceof Error) return fileRows;
  return expandBatch({
    type: phase.type,
    job: phase.job,
    workflow: phase.workflow,
    template: phase.template,
    start: batchStart(rule, about, zone),
    forNs: rule.forNs,
    forDays: rule.forDays,
    countsFromTaskTime: rule.countsFromTaskTime,
    by: rule.by,
    zone,
    columns: rule.meta,
    fileRows,
    ...(context.given === undefined ? {} : { given: context.given }),
    maxTasks: context.maxTasks ?? MAX_TASKS_A_TICK,
    host: context.host,
    uuid: () => context.shortId(),
  });
}

/** Whether a tick may make several tasks: over a span, or one a row. */
export function isBatch({ forNs, forDays, meta, metaFile }: Phase["rule"]): boolean {
  return forNs !== 0n || isCalendar(forDays) || meta !== null || metaFile !== "";
}

/**
 * The task time of a tick: its moment with the offset, as the clock of the phase's zone shows it, cut to the hour. For a
 * batch over a span it is that of the tick itself. `zone` is that of phases that name none.
 */
export function tickTaskTime(phase: Phase, scheduledAt: number, zone: string): WallMs | null {
  const cron = tickHour(aboutOf(phase, scheduledAt, zone), phase.rule.timezone ?? zone);
  return taskTime(new Map([["cron", [cron]]]), "");
}

function tickHour(about: number, zone: string): string {
  return hourText(wallAt(about, zoneOf(zone)));
}

/**
 * The hour of the zone's clock, also where that begins at half past by UTC. The older program cut in UTC, and its recorded
 * answers stand for the files that it could read.
 */
function batchStart({ countsFromTaskTime }: Phase["rule"], about: number, zone: string): number {
  return about - modulo(countsFromTaskTime ? digitsOf(wallAt(about, zoneOf(zone))) : about, HOUR);
}

function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}

function plainDraft(phase: Phase, about: number, zone: string, context: TickContext): Draft {
  const cron = tickHour(about, zone);
  const pairs: [string, string][] = [
    ["workflow", phase.workflow],
    ["cron", cron],
  ];
  if (phase.job !== "") pairs.push(["job", phase.job]);
  const info = fillTime(phase.template, wallTime(about, zone), context.host, () => context.shortId());
  return { info, meta: orderedMeta(pairs), taskTime: taskTime(new Map([["cron", [cron]]]), info), position: 0 };
}

/** `usage`: the slots that the task waits for; null when it may be sent. */
function tickTask(
  phase: Phase,
  { scheduledAt, pausedUntil }: DueTick,
  draft: Draft,
  usage: SlotUsage | null,
  context: TickContext,
): NewTask {
  const held = usage !== null;
  const late = context.now - scheduledAt;
  const joinKey = (): string => instantKey(aboutOf(phase, scheduledAt, context.zone));
  const fired: DecisionCode = late > LATE_AFTER_MS || pausedUntil !== undefined ? "tick_late" : "tick_fired";
  return newTask(
    {
      origin: "tick",
      type: phase.type,
      job: phase.job,
      id: context.newId(),
      info: draft.info,
      meta: draft.meta,
      taskTime: draft.taskTime,
      dueAt: context.now,
      held,
      scheduledAt,
      position: draft.position,
      joins: rootMemberships(phase, joinKey),
      code: held ? "held" : fired,
      data: {
        scheduled_at: scheduledAt,
        late_ms: Math.max(0, late),
        ...scheduleOf(phase),
        ...(fired === "tick_late" ? { catchup: phase.rule.catchUp } : {}),
        ...(pausedUntil === undefined ? {} : { paused_until: pausedUntil }),
        ...usage,
      },
    },
    phase,
    context.taskTtl,
  );
}

/** A tick whose rows cannot be used makes no task and one alert. */
function refused(phase: Phase, tick: DueTick, error: Error, context: TickContext): Effects {
  const about = tickTaskTime(phase, tick.scheduledAt, context.zone);
  const decisions: NewDecision[] = [
    decisionOf("no_rows", phase, about, { reason: error.message, scheduled_at: tick.scheduledAt, ...sourceOf(phase) }),
  ];
  if (phase.rule.noAlert) {
    decisions.push(decisionOf("alert_suppressed", phase, about, { by: "no_alert", type: "workflow_invalid" }));
    return { ...NO_EFFECTS, decisions };
  }
  return { ...NO_EFFECTS, alerts: [unusableRows(phase, error.message, context.newId())], decisions };
}

/** With the task time when the phase is known, so that `flowlord why-not` finds it by that. */
function skipped(tick: DueTick, why: Record<string, unknown>, taskTime: WallMs | null = null): Effects {
  const data = { ...why, scheduled_at: tick.scheduledAt };
  return { ...NO_EFFECTS, decisions: [{ code: "tick_skipped", phaseId: tick.phaseId, taskTime, data }] };
}

/** The schedule at that time: a tick that makes no task leaves no record that would name the version. */
export function sourceOf(phase: Phase): Readonly<Record<string, unknown>> {
  return { ...scheduleOf(phase), version: phase.versionId };
}

function decisionOf(code: DecisionCode, phase: Phase, time: WallMs | null, data: Record<string, unknown>): NewDecision {
  return { code, phaseId: phase.id, taskTime: time, data };
}

/** With the zone only when the phase names one. */
function scheduleOf({ rule: { cronText: cron, timezone: zone } }: Phase): Readonly<Record<string, unknown>> {
  return zone === null ? { cron } : { cron, zone };
}
