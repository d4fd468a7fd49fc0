import { secondsText } from "../../contract/instant.ts";
import type {
  FileDecider,
  FileEffects,
  FileMessage,
  FileNeeds,
  FileRedecider,
  FileState,
  StoredFileEvent,
} from "./decider.ts";
import { NO_EFFECTS, type NewAlert, type NewDecision, type NewTask } from "./effects.ts";
import { ruleErrorOf } from "./dead-letters.ts";
import { countRedriven, deliveryOf, repeatedFile } from "./file-deliveries.ts";
import { matchingPhases, nearestPhases } from "../workflow/file-patterns.ts";
import { sortedMeta } from "../task/meta.ts";
import { newAlert } from "./new-alert.ts";
import { fileMemberships, timeKey } from "./join-key.ts";
import { newTask } from "./new-task.ts";
import type { Phase, WorkflowGraph } from "../workflow/phase.ts";
import { isCapped, Slots } from "./slots.ts";
import { fillMeta, fillTime } from "../task/template.ts";
import { utcParts } from "../time/wall-time.ts";

export interface FileContext {
  readonly graph: WorkflowGraph;
  readonly now: number;
  readonly host: string;
  readonly taskTtl: number;
  readonly newId: () => string;
  /** Eight hex digits for `{uuid}`. */
  readonly shortId: () => string;
  /** Raise an alert for a file that matches no phase. */
  readonly alertOnUnmatched: boolean;
}

/** What an arrived file does: one task for each phase whose pattern it matches. */
export function fileDecider(context: FileContext): FileDecider {
  // Each message is matched twice: for what it needs and for what it does.
  let matched: { readonly path: string; readonly phases: readonly Phase[] } | null = null;
  const phasesOf = ({ event: { path } }: FileMessage): readonly Phase[] => {
    if (matched?.path !== path) matched = { path, phases: matchingPhases(path, context.graph) };
    return matched.phases;
  };
  return {
    delivery: deliveryOf,
    repeated: repeatedFile,
    needs: (message) => needsOf(message, phasesOf(message)),
    decide: (message, state) => decideFile(message, state, phasesOf(message), null, context),
    refuse: ruleErrorOf,
  };
}

/**
 * What a redriven event does: a task for each phase that it matches now and that has no task of it yet. `force`: also
 * for those that have one, except for a task of gathered files, which is not repeated.
 */
export function fileRedecider(context: FileContext, force: boolean): FileRedecider {
  return {
    needs: ({ message }) => needsOf(message, matchingPhases(message.event.path, context.graph)),
    decide: (file, state) => {
      const phases = matchingPhases(file.message.event.path, context.graph);
      return decideFile(file.message, state, phases, { file, force }, context);
    },
    count: countRedriven,
    refuse: ruleErrorOf,
  };
}

/** Redriving a stored event. */
interface Redrive {
  readonly file: StoredFileEvent;
  readonly force: boolean;
}

/** Files of one task time (or without one) of one phase are gathered together. */
function gatherKeyOf(message: FileMessage): string {
  return message.taskTime === null ? "untimed" : `time:${message.taskTime}`;
}

function needsOf(message: FileMessage, phases: readonly Phase[]): FileNeeds {
  return {
    ancestors: false,
    joins: [],
    slots: phases.filter(isCapped).map((phase) => phase.id),
    gathered: phases
      .filter((phase) => phase.rule.gather > 1)
      .map((phase) => ({ phaseId: phase.id, gatherKey: gatherKeyOf(message) })),
  };
}

function decideFile(
  message: FileMessage,
  state: FileState,
  phases: readonly Phase[],
  redrive: Redrive | null,
  context: FileContext,
): FileEffects {
  const slots = new Slots(state.slots);
  const tasks: NewTask[] = [];
  const decisions: NewDecision[] = [];
  const matches: { phaseId: number; gatherKey: string | null }[] = [];
  const gatheredBy: { phaseId: number; matchIds: readonly number[] }[] = [];
  const { path } = message.event;
  if (phases.length === 0 && redrive === null) {
    decisions.push({ code: "file_unmatched", phaseId: 0, taskTime: message.taskTime, data: { path } });
  }
  for (const phase of phases) {
    const taken = redrive === null ? null : earlierTask(phase, message, redrive);
    if (taken !== null) {
      decisions.push(taken);
      continue;
    }
    if (phase.rule.gather <= 1) {
      matches.push({ phaseId: phase.id, gatherKey: null });
      tasks.push(fileTask(phase, message, [path], slots, context));
      continue;
    }
    const gatherKey = gatherKeyOf(message);
    matches.push({ phaseId: phase.id, gatherKey });
    const earlier = state.gathered.get(`${phase.id}|${gatherKey}`) ?? [];
    // The same file once more replaces nothing and counts once.
    const paths = [...new Set([...earlier.map((one) => one.path), path])];
    if (paths.length < phase.rule.gather) {
      decisions.push({
        code: "file_gathering",
        phaseId: phase.id,
        taskTime: message.taskTime,
        data: { path, have: paths.length, want: phase.rule.gather },
      });
      continue;
    }
    gatheredBy.push({ phaseId: phase.id, matchIds: earlier.map((one) => one.matchId) });
    tasks.push(fileTask(phase, message, paths, slots, context));
  }
  if (redrive !== null) {
    const data = { path, matched: phases.length, tasks: tasks.length, ...(redrive.force ? { force: true } : {}) };
    decisions.push({ code: "file_redriven", phaseId: 0, taskTime: message.taskTime, data });
  }
  const nearMisses =
    phases.length > 0
      ? []
      : nearestPhases(path, context.graph.waitingForFiles).map(({ of, alignment }) => ({ phaseId: of.id, alignment }));
  const alerts = phases.length === 0 && redrive === null && context.alertOnUnmatched ? [unmatchedAlert(message)] : [];
  return { ...NO_EFFECTS, tasks, alerts, decisions, matches, gatheredBy, nearMisses };
}

/** Files of one folder are one cause: they are usually of one kind. */
function unmatchedAlert({ event: { path }, taskTime }: FileMessage): NewAlert {
  const cause = path.slice(0, path.lastIndexOf("/") + 1);
  const about = taskTime === null ? "" : ` of ${secondsText(taskTime)}`;
  return newAlert("file_unmatched", `no phase takes the file ${path}${about}`, { cause });
}

/** The decision not to make another task of this event, because the phase made one before; null when it makes one. */
function earlierTask(phase: Phase, message: FileMessage, { file, force }: Redrive): NewDecision | null {
  const before = file.matches.find((one) => one.phaseId === phase.id);
  if (before === undefined || before.recordId === null) return null;
  const isGathered = before.gatherKey !== null || phase.rule.gather > 1;
  if (force && !isGathered) return null;
  const data = { path: message.event.path, earlier: before.recordId, ...(isGathered ? { gathered: true } : {}) };
  return { code: "file_redriven", phaseId: phase.id, taskTime: message.taskTime, data };
}

function fileTask(
  phase: Phase,
  message: FileMessage,
  paths: readonly string[],
  slots: Slots,
  context: FileContext,
): NewTask {
  const meta = new Map(phase.rule.pairs);
  meta.set("file", paths);
  meta.set("filename", paths.map(baseName));
  meta.set("workflow", [phase.workflow]);
  const time = message.taskTime === null ? null : utcParts(message.taskTime);
  const held = !slots.admit(phase);
  const id = context.newId();
  const pattern = phase.rule.files ?? phase.rule.filesGlob;
  return newTask(
    {
      origin: "file",
      type: phase.type,
      job: phase.job,
      id,
      info: fillMeta(fillTime(phase.template, time, context.host, context.shortId), meta),
      meta: sortedMeta(meta),
      taskTime: message.taskTime,
      dueAt: context.now,
      held,
      joins: fileMemberships(phase, () => timeKey(message.taskTime, id)),
      code: held ? "held" : "file_matched",
      data: { files: paths, pattern, ...(held ? slots.usage(phase) : {}) },
    },
    phase,
    context.taskTtl,
  );
}

/** Go's `filepath.Base`: trailing slashes are dropped, nothing is `.`, only slashes are `/`. */
function baseName(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}
