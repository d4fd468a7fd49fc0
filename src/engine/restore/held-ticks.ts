import { dueTicks } from "../../core/decide/catch-up.ts";
import type { TickDecider } from "../../core/decide/decider.ts";
import { missedTick } from "../../core/decide/dead-letters.ts";
import type { Effects, NewDecision } from "../../core/decide/effects.ts";
import { decideTick, sourceOf, tickNeeds, tickTaskTime } from "../../core/decide/on-tick.ts";
import { withoutTooLarge } from "../../core/decide/task-size.ts";
import type { Phase } from "../../core/workflow/phase.ts";
import type { DecidedTicks, HeldTicks } from "../../store/backup/held-store.ts";
import type { EngineContext } from "../context.ts";
import { missingFiles } from "../expect-files.ts";
import { scheduleOf, ticksOf } from "./held-status.ts";

/** Ticks of one transaction. */
const GROUP = 100;

/**
 * Decides held ticks by the rule `catchup` of their phase, as a start at the moment of the restore would have done. Returns whether
 * they became those of a pause.
 */
export async function acceptTicks(held: HeldTicks, context: EngineContext): Promise<boolean> {
  const { store, runtime } = context;
  const graph = context.graph();
  const found = scheduleOf(held, graph);
  if (found === null) {
    await decide(held, { passed: [], count: 0, cursorAt: held.untilAt, isLast: true }, context);
    return false;
  }
  const { phase, cron } = found;
  const { rule } = phase;
  if (rule.paused && (await store.held.giveToPause(held))) return true;
  const catchUp = held.kind === "expect" ? "last" : rule.paused ? "none" : rule.catchUp;
  const policy = { catchUp, window: rule.catchUpWindow, lateAfter: -1 };
  const { fire, passed } = dueTicks(cron, held.afterAt, held.untilAt, policy, GROUP);
  const entries: DecidedTicks["passed"][number][] = [];
  if (passed !== null && held.kind === "cron") {
    const { count, more, first, last } = passed;
    const reason = rule.paused
      ? "the phase is paused"
      : `a restore of the database held them, and catchup = ${rule.catchUp} starts none of them`;
    const data = { count, ...(more ? { more } : {}), first, last, reason, ...sourceOf(phase) };
    entries.push(onlyDecision({ code: "tick_skipped", ...aboutTick(phase, last, runtime.zone), data }));
  }
  if (held.kind === "expect")
    for (const at of fire) entries.push(await missingFiles(phase, cron, at, store, runtime.zone));
  await decide(
    held,
    {
      ...(held.kind === "cron" ? { fire: { phase, at: fire } } : {}),
      passed: entries,
      count: fire.length + (passed?.count ?? 0),
      cursorAt: fire.at(-1) ?? passed?.last ?? held.untilAt,
      isLast: fire.length < GROUP,
    },
    context,
  );
  return false;
}

/** One decision says how many they were. */
export async function dropTicks(
  held: HeldTicks,
  { by, reason }: { readonly by: string; readonly reason: string },
  context: EngineContext,
): Promise<void> {
  const found = ticksOf(held, context.graph());
  const passed: DecidedTicks["passed"][number][] = [];
  if (found !== null && held.kind === "cron") {
    const { phase, ticks: count, more, first, last } = found;
    const data = { count, ...(more ? { more } : {}), first, last, by, reason, ...sourceOf(phase) };
    passed.push(onlyDecision({ code: "restore_dropped", ...aboutTick(phase, last, context.runtime.zone), data }));
  }
  await decide(held, { passed, count: found?.ticks ?? 0, cursorAt: held.untilAt, isLast: true }, context);
}

interface Decision extends Omit<DecidedTicks, "ticks" | "decider"> {
  readonly fire?: { readonly phase: Phase; readonly at: readonly number[] };
}

async function decide(held: HeldTicks, { fire, ...decided }: Decision, context: EngineContext): Promise<void> {
  const { runtime, store, taskTtl } = context;
  const graph = context.graph();
  const now = runtime.now();
  const { newId, shortId, host, zone } = runtime;
  const metaRows = await context.metaFiles.load(fire === undefined ? [] : [fire.phase]);
  const tickContext = { now, taskTtl, metaRows, newId, shortId, host, zone };
  const decider: TickDecider = {
    needs: ({ phaseId }) => tickNeeds(graph.byId.get(phaseId)),
    decide: (tick, { slots }) =>
      afterRestore(withoutTooLarge(decideTick(graph.byId.get(tick.phaseId), tick, slots, tickContext), graph)),
    missed: (tick, error) => missedTick(tick, error, zone, graph.byId.get(tick.phaseId) ?? null),
  };
  const ticks = (fire?.at ?? []).map((scheduledAt) => ({ phaseId: held.phaseId, scheduledAt }));
  const { outbox } = await store.held.decideTicks(held, { ...decided, ticks, decider }, now);
  context.send(outbox);
}

/** Their decisions say why they are late. */
function afterRestore(effects: Effects): Effects {
  const tasks = effects.tasks.map((task) => ({
    ...task,
    decision: { ...task.decision, data: { ...task.decision.data, restore: true } },
  }));
  return { ...effects, tasks };
}

function aboutTick(phase: Phase, tick: number, zone: string): Pick<NewDecision, "phaseId" | "taskTime"> {
  return { phaseId: phase.id, taskTime: tickTaskTime(phase, tick, zone) };
}

function onlyDecision(decision: NewDecision): DecidedTicks["passed"][number] {
  return { alerts: [], decisions: [decision] };
}
