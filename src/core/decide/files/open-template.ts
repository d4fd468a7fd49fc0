import type { WallMs } from "../../../contract/time/wall-ms.ts";
import { isLeftOpen } from "../../task/template.ts";
import { partsOf } from "../../time/wall-time.ts";
import type { Phase } from "../../workflow/phase.ts";
import type { NewAlert, NewDecision, ResolvedCause } from "../effects.ts";
import { newAlert } from "../new-alert.ts";

/** What becomes of a task whose date tokens stay open. */
export type OpenTokens = "send" | "refuse";

/** What is said of a template whose date tokens stay open. */
export interface OpenTemplate {
  readonly alerts: readonly NewAlert[];
  readonly decisions: readonly NewDecision[];
  /** No task is made. */
  readonly refuses: boolean;
}

/** What the task is made of: the path of a file, or a finished parent. */
export type TemplateSource = { readonly path: string } | { readonly parent: string };

/** Null when the template is filled. One alert a phase, however many tasks, until one of them fills it. */
export function openTemplate(
  phase: Phase,
  taskTime: WallMs | null,
  source: TemplateSource,
  openTokens: OpenTokens,
): OpenTemplate | null {
  const { template } = phase;
  if (!isLeftOpen(template, taskTime === null ? null : partsOf(taskTime))) return null;
  const refuses = openTokens === "refuse";
  const because = whyOpen(phase, source);
  const decisions: NewDecision[] = [
    { code: "template_open", phaseId: phase.id, taskTime, data: { ...source, template, because, refused: refuses } },
  ];
  // The older program says nothing of a child that it sends so.
  if ("parent" in source && !refuses) return { alerts: [], decisions, refuses };
  if (phase.rule.noAlert) {
    const data = { by: "no_alert", type: "template_open" };
    decisions.push({ code: "alert_suppressed", phaseId: phase.id, taskTime, data });
    return { alerts: [], decisions, refuses };
  }
  const name = "path" in source ? source.path : source.parent;
  const outcome = refuses ? "no task is made" : "the task was sent with them as they are";
  const message = `${phase.task}: the tokens of its template ${template} stay open for ${name}, because ${because}: ${outcome}`;
  return { alerts: [newAlert("template_open", message, { phase, cause: causeOf(phase) })], decisions, refuses };
}

/** No token of the template stayed open, be it that it has none any more. */
export function filledTemplate(phase: Phase): readonly ResolvedCause[] {
  const { type: taskType, job, workflow } = phase;
  const note = "a later task left no token open";
  return [{ type: "template_open", taskType, job, taskTime: null, cause: causeOf(phase), workflow, note }];
}

function whyOpen({ rule }: Phase, source: TemplateSource): string {
  if (!("path" in source)) return "that task has no task time";
  return rule.taskTime === "created" ? "the event names no time of creation" : "its path has no date";
}

function causeOf({ key }: Phase): string {
  return `template of ${key}`;
}
