import { MessageError } from "../../contract/message-error.ts";
import type { DueTick, ValidationError, RepeatedAlert } from "./decider.ts";
import type { Effects } from "./effects.ts";
import { deadLetterAlert, newAlert } from "./new-alert.ts";
import { isoOfInstant } from "../time/wall-ms.ts";
import { zoneOf } from "../time/zone.ts";
import type { Phase } from "../workflow/phase.ts";

/** Why a message was rejected: the reason in its dead letter. */
export function ruleErrorOf(error: unknown): ValidationError {
  if (error instanceof MessageError) return { code: error.code, reason: error.message };
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: "internal_error",
    reason: `deciding on this message failed (${reason}): please report this as a bug in Flowlord`,
  };
}

/** The decision that left a dead letter says which. */
export function nameLetter(effects: Effects, letterId: number): Effects {
  const decisions = effects.decisions.map((one) => ({ ...one, data: { ...one.data, dead_letter: letterId } }));
  return { ...effects, decisions };
}

/** A tick whose decision fails is skipped, so that it cannot block the others; the history and an alert say why. `zone`: of phases that name none. */
export function missedTick(
  { phaseId, scheduledAt }: DueTick,
  error: unknown,
  zone: string,
  phase: Phase | null = null,
): Pick<Effects, "alerts" | "decisions"> {
  const { reason } = ruleErrorOf(error);
  const data = { scheduled_at: scheduledAt, error: reason };
  const name = phase === null ? `phase ${phaseId}` : `${phase.task} of ${phase.workflow}`;
  const message = `${name} made no task at ${isoOfInstant(scheduledAt, zoneOf(phase?.rule.timezone ?? zone))}: ${reason}`;
  return {
    decisions: [{ code: "tick_missed", phaseId, taskTime: null, data }],
    alerts: [newAlert("schedule_missed", message, { phase, cause: `decision of ${phase?.key ?? phaseId}` })],
  };
}

/** One alert for the dead letters of each topic and code, with the reason of the newest. */
export function letterAlerts(
  deadLetters: readonly { readonly topic: string; readonly code: string; readonly reason: string }[],
): readonly RepeatedAlert[] {
  const causes = new Map<string, RepeatedAlert>();
  for (const deadLetter of deadLetters) {
    const alert = deadLetterAlert(deadLetter);
    causes.set(alert.cause, { alert, times: (causes.get(alert.cause)?.times ?? 0) + 1 });
  }
  return [...causes.values()];
}
