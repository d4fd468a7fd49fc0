import { wallAt, wholeHour } from "../../time/wall-ms.ts";
import { type WallMs, digitsOf, wallOf } from "../../../contract/wall-ms.ts";
import type { FileMessage } from "../decider.ts";
import type { NewAlert, NewDecision, NewTask } from "../effects.ts";
import { newAlert } from "../new-alert.ts";
import { fileMemberships, timeKey } from "../joins/join-key.ts";
import { newTask } from "../new-task.ts";
import { sortedMeta } from "../../task/meta.ts";
import type { Phase, WorkflowGraph } from "../../workflow/phase.ts";
import type { Slots } from "../slots.ts";
import { hourText } from "../../task/task-time.ts";
import { fillMeta, fillTime, isLeftOpen } from "../../task/template.ts";
import { partsOf } from "../../time/wall-time.ts";
import { zoneOf } from "../../time/zone.ts";

export interface FileContext {
  readonly graph: WorkflowGraph;
  readonly now: number;
  readonly host: string;
  /** The IANA zone of phases that name none. */
  readonly zone: string;
  readonly taskTtl: number;
  readonly newId: () => string;
  /** Eight hex digits for `{uuid}`. */
  readonly shortId: () => string;
  /** Raise an alert for a file that matches no phase. */
  readonly alertOnUnmatched: boolean;
  /** What becomes of a task whose date tokens stay open. */
  readonly openTokens: "send" | "refuse";
}

/**
 * The task time that a phase gives a file: that of its path, or, as `task_time` says, the hour in which the file was made
 * or its event came, as the clock of the phase's zone shows it. Null: it has none.
 */
export function fileTaskTime({ rule }: Phase, message: FileMessage, zone: string): WallMs | null {
  if (rule.taskTime === "path") return message.taskTime;
  const instant = rule.taskTime === "created" ? message.event.created : message.receivedAt;
  if (instant === null) return null;
  return wholeHour(wallAt(instant, zoneOf(rule.timezone ?? zone)));
}

/** Files of one task time (or without one) of one phase are gathered together. */
export function gatherKeyOf(taskTime: WallMs | null): string {
  return taskTime === null ? "untimed" : `time:${digitsOf(taskTime)}`;
}

/** The task time of a key that `gatherKeyOf` made. */
export function timeOfGatherKey(key: string): WallMs | null {
  return key.startsWith("time:") ? wallOf(Number(key.slice("time:".length))) : null;
}

/** The task of a file, or of gathered ones. `more`: facts for its decision. */
export function fileTask(
  phase: Phase,
  taskTime: WallMs | null,
  paths: readonly string[],
  slots: Slots,
  context: FileContext,
  more: Readonly<Record<string, unknown>> = {},
): NewTask {
  const meta = new Map(phase.rule.pairs);
  meta.set("file", paths);
  meta.set("filename", paths.map(baseName));
  meta.set("workflow", [phase.workflow]);
  // The path names its own time; any other would be lost with the result.
  if (phase.rule.taskTime !== "path" && taskTime !== null) meta.set("cron", [hourText(taskTime)]);
  const time = taskTime === null ? null : partsOf(taskTime);
  const waits = slots.admitUnlessPaused(phase);
  const id = context.newId();
  const held = waits !== null;
  const pattern = phase.rule.files ?? phase.rule.filesGlob;
  return newTask(
    {
      origin: "file",
      type: phase.type,
      job: phase.job,
      id,
      info: fillMeta(fillTime(phase.template, time, context.host, context.shortId), meta),
      meta: sortedMeta(meta),
      taskTime,
      dueAt: context.now,
      held,
      joins: fileMemberships(phase, () => timeKey(taskTime, id)),
      code: held ? "held" : "file_matched",
      data: { files: paths, pattern, ...more, ...waits },
    },
    phase,
    context.taskTtl,
  );
}

/** What is said of a template whose date tokens stay open. */
export interface OpenTemplate {
  readonly alerts: readonly NewAlert[];
  readonly decisions: readonly NewDecision[];
  /** No task is made. */
  readonly refuses: boolean;
}

/** Null when the template is filled. One alert a phase, however many files. */
export function openTemplate(
  phase: Phase,
  taskTime: WallMs | null,
  path: string,
  context: FileContext,
): OpenTemplate | null {
  const { template } = phase;
  if (!isLeftOpen(template, taskTime === null ? null : partsOf(taskTime))) return null;
  const refuses = context.openTokens === "refuse";
  const what = phase.rule.taskTime === "created" ? "the event names no time of creation" : "its path has no date";
  const decisions: NewDecision[] = [
    { code: "template_open", phaseId: phase.id, taskTime, data: { path, template, because: what, refused: refuses } },
  ];
  if (phase.rule.noAlert) {
    const data = { by: "no_alert", type: "template_open" };
    return {
      alerts: [],
      decisions: [...decisions, { code: "alert_suppressed", phaseId: phase.id, taskTime, data }],
      refuses,
    };
  }
  const outcome = refuses ? "no task is made" : "the task was sent with them as they are";
  const alert = newAlert(
    "template_open",
    `${phase.task}: the tokens of its template ${template} stay open for ${path}, because ${what}: ${outcome}`,
    { phase, cause: `template of ${phase.key}` },
  );
  return { alerts: [alert], decisions, refuses };
}

/** Go's `filepath.Base`: trailing slashes are dropped, nothing is `.`, only slashes are `/`. */
function baseName(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}
