import { MAX_INLINE_META } from "../../../contract/limits.ts";
import { wallAt, wholeHour } from "../../time/wall-ms.ts";
import { type WallMs, digitsOf, wallOf } from "../../../contract/time/wall-ms.ts";
import type { FileMessage } from "../decider.ts";
import type { FileList, NewTask } from "../effects.ts";
import { fileMemberships, instantKey, timeKey } from "../joins/join-key.ts";
import { newTask } from "../new-task.ts";
import { sortedMeta } from "../../task/meta.ts";
import type { Phase, WorkflowGraph } from "../../workflow/phase.ts";
import type { OpenTokens } from "./open-template.ts";
import type { Slots } from "../slots.ts";
import { hourText } from "../../task/task-time.ts";
import { fillMeta, fillTime } from "../../task/template.ts";
import { byteLength } from "../../text/byte-text.ts";
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
  readonly openTokens: OpenTokens;
  /** The absolute path of the folder for lists of gathered files. */
  readonly listFolder: string;
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

const UNTIMED = "untimed";
const AT = "at:";
const TIME = "time:";

/**
 * Files of one task time (or without one) of one phase are gathered together, and joined by it. Of a doubled hour each is a
 * time of its own where the instant is known: `at:` and the instant; `time:` and the time of the path as its clock shows it.
 */
export function gatherKeyOf(phase: Phase, message: FileMessage, zone: string): string {
  const { taskTime, timezone } = phase.rule;
  if (taskTime === "path") return message.taskTime === null ? UNTIMED : `${TIME}${digitsOf(message.taskTime)}`;
  const instant = taskTime === "created" ? message.event.created : message.receivedAt;
  if (instant === null) return UNTIMED;
  const wall = wallAt(instant, zoneOf(timezone ?? zone));
  return `${AT}${instant - (digitsOf(wall) - digitsOf(wholeHour(wall)))}`;
}

/** The task time of a key that `gatherKeyOf` made. */
export function timeOfGatherKey(key: string, { rule }: Phase, zone: string): WallMs | null {
  if (key.startsWith(TIME)) return wallOf(Number(key.slice(TIME.length)));
  if (!key.startsWith(AT)) return null;
  return wholeHour(wallAt(Number(key.slice(AT.length)), zoneOf(rule.timezone ?? zone)));
}

function joinKeyOf(gatherKey: string, taskTime: WallMs | null, runId: string, zone: string): string {
  return gatherKey.startsWith(AT) ? instantKey(Number(gatherKey.slice(AT.length))) : timeKey(taskTime, runId, zone);
}

/** The task of a file, or of gathered ones, of this `gatherKey`. `more`: facts for its decision. */
export function fileTask(
  phase: Phase,
  gatherKey: string,
  paths: readonly string[],
  slots: Slots,
  context: FileContext,
  more: Readonly<Record<string, unknown>> = {},
): NewTask {
  const taskTime = timeOfGatherKey(gatherKey, phase, context.zone);
  const meta = new Map(phase.rule.pairs);
  meta.set("file", paths);
  meta.set("filename", paths.map(baseName));
  meta.set("workflow", [phase.workflow]);
  // The path names its own time; any other would be lost with the result.
  if (phase.rule.taskTime !== "path" && taskTime !== null) meta.set("cron", [hourText(taskTime)]);
  const time = taskTime === null ? null : partsOf(taskTime);
  const waits = slots.admitUnlessPaused(phase);
  const id = context.newId();
  const { text, fileList } = fileMeta(meta, `${context.listFolder}/${id}.jsonl`);
  const held = waits !== null;
  const pattern = phase.rule.files ?? phase.rule.filesGlob;
  return newTask(
    {
      origin: "file",
      type: phase.type,
      job: phase.job,
      id,
      info: fillMeta(fillTime(phase.template, time, context.host, context.shortId), meta),
      meta: text,
      taskTime,
      dueAt: context.now,
      held,
      joins: fileMemberships(phase, () => joinKeyOf(gatherKey, taskTime, id, phase.rule.timezone ?? context.zone)),
      ...(fileList === null ? {} : { fileList }),
      code: held ? "held" : "file_matched",
      data: { ...filesData(paths, fileList), pattern, ...more, ...waits },
    },
    phase,
    context.taskTtl,
  );
}

/** The text of the meta with all files, or, where those are too many for a message, with the path of a file that lists them. */
function fileMeta(
  meta: Map<string, readonly string[]>,
  listPath: string,
): { readonly text: string; readonly fileList: FileList | null } {
  const files = meta.get("file") ?? [];
  const inline = sortedMeta(meta);
  if (files.length < 2 || byteLength(inline) <= MAX_INLINE_META) return { text: inline, fileList: null };
  // For the template, which has the first of several values.
  meta.set("file_list", [listPath]);
  meta.set("file_count", [String(files.length)]);
  const byReference = new Map(meta);
  byReference.delete("file");
  byReference.delete("filename");
  return { text: sortedMeta(byReference), fileList: { path: listPath, files } };
}

/** Files that a decision names itself when a file lists them all. */
const SHOWN = 5;

function filesData(paths: readonly string[], list: FileList | null): Readonly<Record<string, unknown>> {
  if (list === null) return { files: paths };
  return { files: paths.slice(0, SHOWN), file_count: paths.length, file_list: list.path };
}

/** Go's `filepath.Base`: trailing slashes are dropped, nothing is `.`, only slashes are `/`. */
function baseName(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}
