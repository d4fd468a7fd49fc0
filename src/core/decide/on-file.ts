import { taskTimeText } from "../why/phrases.ts";
import type { WallMs } from "../../contract/wall-ms.ts";
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
import { countRedriven, deliveryOf, repeatedFile } from "./files/file-deliveries.ts";
import {
  type FileContext,
  fileTask,
  fileTaskTime,
  gatherKeyOf,
  openTemplate,
  timeOfGatherKey,
} from "./files/file-task.ts";
import { matchingPhases, nearestPhases } from "../workflow/file-patterns.ts";
import { newAlert } from "./new-alert.ts";
import type { Phase } from "../workflow/phase.ts";
import { isCapped, Slots } from "./slots.ts";
import { withoutTooLarge } from "./task-size.ts";

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
    needs: (message) => needsOf(message, phasesOf(message), context.zone),
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
    needs: ({ message }) => needsOf(message, matchingPhases(message.event.path, context.graph), context.zone),
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

function needsOf(message: FileMessage, phases: readonly Phase[], zone: string): FileNeeds {
  return {
    ancestors: false,
    joins: [],
    slots: phases.filter(isCapped).map((phase) => phase.id),
    gathered: phases
      .filter((phase) => phase.rule.gather > 1)
      .map((phase) => ({ phaseId: phase.id, gatherKey: gatherKeyOf(fileTaskTime(phase, message, zone)) })),
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
  const alerts: NewAlert[] = [];
  const matches: FileEffects["matches"][number][] = [];
  const sources: FileEffects["sources"][number][] = [];
  const gatheredBy: { phaseId: number; matchIds: readonly number[] }[] = [];
  const { path } = message.event;
  if (phases.length === 0 && redrive === null) {
    decisions.push({ code: "file_unmatched", phaseId: 0, taskTime: message.taskTime, data: { path } });
  }
  const start = (phase: Phase, taskTime: WallMs | null, paths: readonly string[]): boolean => {
    if (slots.skips(phase)) {
      const data = { path, ...slots.usage(phase), version: phase.versionId };
      decisions.push({ code: "overlap_skipped", phaseId: phase.id, taskTime, data });
      return false;
    }
    tasks.push(fileTask(phase, taskTime, paths, slots, context));
    sources.push({ phaseId: phase.id, paths });
    return true;
  };
  for (const phase of phases) {
    const taken = redrive === null ? null : earlierTask(phase, message, redrive);
    if (taken !== null) {
      decisions.push(taken);
      continue;
    }
    const taskTime = fileTaskTime(phase, message, context.zone);
    const open = openTemplate(phase, taskTime, path, context);
    if (open !== null) {
      alerts.push(...open.alerts);
      decisions.push(...open.decisions);
    }
    if (open?.refuses === true) {
      matches.push({ phaseId: phase.id, taskTime, gatherKey: null });
      continue;
    }
    if (phase.rule.gather <= 1) {
      matches.push({ phaseId: phase.id, taskTime, gatherKey: null });
      start(phase, taskTime, [path]);
      continue;
    }
    const gatherKey = gatherKeyOf(taskTime);
    matches.push({ phaseId: phase.id, taskTime, gatherKey });
    const earlier = state.gathered.get(`${phase.id}|${gatherKey}`) ?? [];
    // The same file once more replaces nothing and counts once.
    const paths = [...new Set([...earlier.map((one) => one.path), path])];
    if (paths.length < phase.rule.gather) {
      decisions.push({
        code: "file_gathering",
        phaseId: phase.id,
        taskTime,
        data: { path, have: paths.length, want: phase.rule.gather },
      });
      continue;
    }
    if (start(phase, taskTime, paths))
      gatheredBy.push({ phaseId: phase.id, matchIds: earlier.map((one) => one.matchId) });
  }
  if (redrive !== null) {
    const data = { path, matched: phases.length, tasks: tasks.length, ...(redrive.force ? { force: true } : {}) };
    decisions.push({ code: "file_redriven", phaseId: 0, taskTime: message.taskTime, data });
  }
  const nearMisses =
    phases.length > 0
      ? []
      : nearestPhases(path, context.graph.waitingForFiles).map(({ of, alignment }) => ({ phaseId: of.id, alignment }));
  if (phases.length === 0 && redrive === null && context.alertOnUnmatched) alerts.push(unmatchedAlert(message));
  const deadLetter = path === "" && phases.length === 0 && redrive === null ? NO_PATH : null;
  const effects = { ...NO_EFFECTS, tasks, alerts, decisions, matches, gatheredBy, nearMisses, sources, deadLetter };
  return withoutTooLarge(effects, context.graph);
}

/** What came is kept: its form may be one that is not known yet. */
const NO_PATH = {
  code: "no_path",
  reason: "file event without a path: it is neither file stats nor a storage notification",
};

/** Files that a phase gathers for one task time, and that no task has used yet. */
export interface GatheredFiles {
  readonly phase: Phase;
  readonly gatherKey: string;
  readonly files: FileState["gathered"] extends ReadonlyMap<string, infer Files> ? Files : never;
}

/** The task of the files that have come, although `gather` asks for more. `why`: who or what ends the wait. */
export function finishGathered(
  { phase, gatherKey, files }: GatheredFiles,
  slotStates: FileState["slots"],
  why: Readonly<Record<string, unknown>>,
  context: FileContext,
): FileEffects {
  const paths = [...new Set(files.map((one) => one.path))];
  const slots = new Slots(slotStates);
  const more = { have: paths.length, want: phase.rule.gather, ...why };
  const task = fileTask(phase, timeOfGatherKey(gatherKey), paths, slots, context, more);
  const effects = {
    ...NO_EFFECTS,
    tasks: [task],
    matches: [],
    gatheredBy: [{ phaseId: phase.id, matchIds: files.map((one) => one.matchId) }],
    nearMisses: [],
    sources: [{ phaseId: phase.id, paths }],
  };
  return withoutTooLarge(effects, context.graph);
}

/** Files of one folder are one cause: they are usually of one kind. */
function unmatchedAlert({ event: { path }, taskTime }: FileMessage): NewAlert {
  const cause = path.slice(0, path.lastIndexOf("/") + 1);
  const about = taskTime === null ? "" : ` of ${taskTimeText(taskTime)}`;
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
