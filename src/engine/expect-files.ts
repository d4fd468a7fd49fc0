import { DAY } from "../contract/time-units.ts";
import { previousTick } from "../core/decide/catch-up.ts";
import type { CronSchedule } from "../core/cron/cron.ts";
import type { NewAlert, NewDecision } from "../core/decide/effects.ts";
import { newAlert } from "../core/decide/new-alert.ts";
import { offsetMs } from "../core/workflow/offset.ts";
import type { Phase } from "../core/workflow/phase.ts";
import type { Store } from "../store/store.ts";

/**
 * At a tick of `expect_by`: the alert when no file (with `gather`: too few) came. A tick checks the task times from its
 * own (tick + offset) back to that of the previous tick, so that a file dated by day counts at any hour of the check; a
 * file without a time in its path counts by its arrival. Returns nothing when all files are there.
 */
export async function missingFiles(
  phase: Phase,
  schedule: CronSchedule,
  at: number,
  store: Store,
): Promise<{ alerts: NewAlert[]; decisions: NewDecision[] }> {
  const want = Math.max(1, phase.rule.gather);
  const span = at - (previousTick(schedule, at) ?? at - DAY);
  const taskTime = at + offsetMs(phase.rule);
  const have = await store.filesSeen({
    phaseId: phase.id,
    taskTimeAfter: taskTime - span,
    taskTimeUntil: taskTime,
    untimedSince: at - span,
  });
  if (have >= want) return { alerts: [], decisions: [] };
  const pattern = phase.rule.files ?? phase.rule.filesGlob ?? "";
  const decision: NewDecision = {
    code: "file_missing",
    phaseId: phase.id,
    taskTime,
    data: { pattern, have, want, expect_by: schedule.text },
  };
  if (phase.rule.noAlert) {
    const data = { by: "no_alert", type: "file_missing" };
    const suppressed: NewDecision = { code: "alert_suppressed", phaseId: phase.id, taskTime, data };
    return { alerts: [], decisions: [decision, suppressed] };
  }
  const alert = newAlert("file_missing", `no file ${pattern} came in time: ${have} of ${want}`, {
    phase,
    taskTime,
    cause: pattern,
  });
  return { alerts: [alert], decisions: [decision] };
}
