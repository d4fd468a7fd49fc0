import { HOUR } from "../../contract/time-units.ts";
import { type BatchTask, expandBatch } from "./batch.ts";
import { LATE_AFTER_MS } from "./catch-up.ts";
import type { MetaRowsOf } from "./children.ts";
import type { DueTick, Needs, SlotState } from "./decider.ts";
import { type DecisionCode, type Effects, type NewDecision, type NewTask, NO_EFFECTS } from "./effects.ts";
import { orderedMeta } from "../task/meta.ts";
import { rereadRows, unusableRows } from "./rows-alert.ts";
import { offsetMs } from "../workflow/offset.ts";
import { newTask } from "./new-task.ts";
import type { Phase } from "../workflow/phase.ts";
import { isCapped, Slots } from "./slots.ts";
import { hourText, taskTime } from "../task/task-time.ts";
import { fillTime } from "../task/template.ts";
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
}

/** A span of ten years by the hour fits; a typo (`for=87600000h`) does not block the others. */
const MAX_TASKS_A_TICK = 100_000;

/** What the store must read before `decideTick`. */
export function tickNeeds(phase: Phase | undefined): Needs {
  return { ancestors: false, joins: [], slots: phase !== undefined && isCapped(phase) ? [phase.id] : [] };
}

/** The tasks of one tick of a phase, or why there are none. Undefined: a reload has removed the phase. */
export function decideTick(
  phase: Phase | undefined,
  tick: DueTick,
  slotStates: ReadonlyMap<number, SlotState>,
  context: TickContext,
): Effects {
  if (phase === undefined) return skipped(tick, { reason: "the phase was removed" });
  const slots = new Slots(slotStates);
  const release = isCapped(phase) ? slots.releasable(phase) : [];
  slots.add(phase.id, release.length);
  if (phase.rule.overlap === "skip" && slots.free(phase) <= 0) {
    return {
      ...skipped(
        tick,
        { ...slots.usage(phase), ...sourceOf(phase) },
        tickTaskTime(phase, tick.scheduledAt, context.zone),
      ),
      release,
    };
  }

  const drafts = draftsOf(phase, tick, context);
  if (drafts instanceof Error) return { ...refused(phase, tick, drafts, context), release };
  if (drafts.length === 0) {
    const about = tickTaskTime(phase, tick.scheduledAt, context.zone);
    const source = phase.rule.metaFile;
    const empty = decisionOf("batch_empty", phase, about, {
      scheduled_at: tick.scheduledAt,
      source,
      ...sourceOf(phase),
    });
    return { ...NO_EFFECTS, decisions: [empty], resolves: rereadRows(phase), release };
  }
  const isQueueing = (slotStates.get(phase.id)?.held.length ?? 0) > release.length;
  const tasks = drafts.map((draft) => {
    const held = isQueueing || !mayGo(phase, slots);
    return tickTask(phase, tick, draft, held ? slots.usage(phase) : null, context);
  });
  return { ...NO_EFFECTS, tasks, resolves: rereadRows(phase), release };
}

/** With `skip` and no cap the tasks of one tick go together: only an earlier tick's task blocks them. */
function mayGo(phase: Phase, slots: Slots): boolean {
  if (!isCapped(phase)) return true;
  if (phase.rule.overlap === "skip" && phase.rule.maxActive === 0) return true;
  return slots.reserve(phase);
}

/** What differs from one task of a tick to the next. */
type Draft = Pick<BatchTask, "info" | "meta" | "taskTime" | "position">;

function draftsOf(phase: Phase, tick: DueTick, context: TickContext): readonly Draft[] | Error {
  const { rule } = phase;
  const zone = rule.timezone ?? context.zone;
  const about = tick.scheduledAt + offsetMs(rule);
  if (rule.forNs === 0n && rule.meta === null && rule.metaFile === "") return [plainDraft(phase, about, zone, context)];
  const fileRows = rule.metaFile === "" ? null : context.metaRows(rule.metaFile);
  if (fileRows instanceof Error) return fileRows;
  return expandBatch({
    type: phase.type,
    job: phase.job,
    workflow: phase.workflow,
    template: phase.template,
    // Cut in UTC, also where the zone's hours begin at half past.
    start: Math.floor(about / HOUR) * HOUR,
    forNs: rule.forNs,
    by: rule.by,
    zone,
    columns: rule.meta,
    fileRows,
    maxTasks: MAX_TASKS_A_TICK,
    host: context.host,
    uuid: () => context.shortId(),
  });
}

/**
 * The task time of a tick: its moment with the offset, as the clock of the phase's zone shows it, cut to the hour. For a
 * batch over a span it is that of the tick itself. `zone` is that of phases that name none.
 */
export function tickTaskTime(phase: Phase, scheduledAt: number, zone: string): number | null {
  const cron = tickHour(scheduledAt + offsetMs(phase.rule), phase.rule.timezone ?? zone);
  return taskTime(new Map([["cron", [cron]]]), "");
}

function tickHour(about: number, zone: string): string {
  return hourText(about + zoneOf(zone).offsetAt(about));
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
  { scheduledAt }: DueTick,
  draft: Draft,
  usage: ReturnType<Slots["usage"]> | null,
  context: TickContext,
): NewTask {
  const held = usage !== null;
  const late = context.now - scheduledAt;
  const fired: DecisionCode = late > LATE_AFTER_MS ? "tick_late" : "tick_fired";
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
      code: held ? "held" : fired,
      data: {
        scheduled_at: scheduledAt,
        late_ms: Math.max(0, late),
        ...scheduleOf(phase),
        ...(fired === "tick_late" ? { catchup: phase.rule.catchUp } : {}),
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
function skipped(tick: DueTick, why: Record<string, unknown>, taskTime: number | null = null): Effects {
  const data = { ...why, scheduled_at: tick.scheduledAt };
  return { ...NO_EFFECTS, decisions: [{ code: "tick_skipped", phaseId: tick.phaseId, taskTime, data }] };
}

/** The schedule at that time: a tick that makes no task leaves no record that would name the version. */
export function sourceOf(phase: Phase): Readonly<Record<string, unknown>> {
  return { ...scheduleOf(phase), version: phase.versionId };
}

function decisionOf(code: DecisionCode, phase: Phase, time: number | null, data: Record<string, unknown>): NewDecision {
  return { code, phaseId: phase.id, taskTime: time, data };
}

/** With the zone only when the phase names one. */
function scheduleOf({ rule: { cronText: cron, timezone: zone } }: Phase): Readonly<Record<string, unknown>> {
  return zone === null ? { cron } : { cron, zone };
}
