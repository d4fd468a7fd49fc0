import type { ByHand } from "../../contract/api/from-person.ts";
import { taskTimeText } from "../why/phrases.ts";
import type {
  FileDecider,
  FileEffects,
  FileMessage,
  FileNeeds,
  FileRedecider,
  FileState,
  GatheredFile,
  StoredFileEvent,
  UsedFiles,
} from "./decider.ts";
import { NO_EFFECTS, type NewAlert, type NewDecision, type NewTask, type ResolvedCause } from "./effects.ts";
import { ruleErrorOf } from "./dead-letters.ts";
import { countRedriven, deliveryOf, repeatedFile } from "./files/file-deliveries.ts";
import { type FileContext, fileTask, fileTaskTime, gatherKeyOf, timeOfGatherKey } from "./files/file-task.ts";
import { matchingPhases, nearestPhases } from "../workflow/file-patterns.ts";
import { newAlert } from "./new-alert.ts";
import { filledTemplate, openTemplate } from "./files/open-template.ts";
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
export function fileRedecider(context: FileContext, how: RedriveBy): FileRedecider {
  return {
    needs: ({ message }) => needsOf(message, matchingPhases(message.event.path, context.graph), context.zone),
    decide: (file, state) => {
      const phases = matchingPhases(file.message.event.path, context.graph);
      return decideFile(file.message, state, phases, { file, ...how }, context);
    },
    count: countRedriven,
    refuse: ruleErrorOf,
  };
}

/** Who redrives, why, and whether also what made a task before makes one. */
export interface RedriveBy extends ByHand {
  readonly force: boolean;
}

/** Redriving a stored event. */
interface Redrive extends RedriveBy {
  readonly file: StoredFileEvent;
}

function needsOf(message: FileMessage, phases: readonly Phase[], zone: string): FileNeeds {
  return {
    ancestors: false,
    joins: [],
    slots: phases.filter(isCapped).map((phase) => phase.id),
    gathered: phases
      .filter((phase) => phase.rule.gather > 1)
      .map((phase) => ({
        phaseId: phase.id,
        gatherKey: gatherKeyOf(phase, message, zone),
        event: message.event,
        want: phase.rule.gather,
      })),
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
  const resolves: ResolvedCause[] = [];
  const matches: FileEffects["matches"][number][] = [];
  const gatheredBy: UsedFiles[] = [];
  const { path } = message.event;
  if (phases.length === 0 && redrive === null) {
    decisions.push({ code: "file_unmatched", phaseId: 0, taskTime: message.taskTime, data: { path } });
  }
  const start = (phase: Phase, gatherKey: string, paths: readonly string[]): boolean => {
    if (slots.skips(phase)) {
      const data = { path, ...slots.usage(phase), version: phase.versionId };
      const taskTime = timeOfGatherKey(gatherKey, phase, context.zone);
      decisions.push({ code: "overlap_skipped", phaseId: phase.id, taskTime, data });
      return false;
    }
    tasks.push(fileTask(phase, gatherKey, paths, slots, context));
    return true;
  };
  for (const phase of phases) {
    const taken = redrive === null ? null : earlierTask(phase, message, redrive);
    if (taken !== null) {
      decisions.push(taken);
      continue;
    }
    const taskTime = fileTaskTime(phase, message, context.zone);
    const open = openTemplate(phase, taskTime, { path }, context.openTokens);
    if (open === null) resolves.push(...filledTemplate(phase));
    else {
      alerts.push(...open.alerts);
      decisions.push(...open.decisions);
    }
    if (open?.refuses === true) {
      matches.push({ phaseId: phase.id, taskTime, gatherKey: null });
      continue;
    }
    const gatherKey = gatherKeyOf(phase, message, context.zone);
    if (phase.rule.gather <= 1) {
      matches.push({ phaseId: phase.id, taskTime, gatherKey: null });
      start(phase, gatherKey, [path]);
      continue;
    }
    const { have, files, usedBy } = state.gathered.get(`${phase.id}|${gatherKey}`) ?? NOTHING_GATHERED;
    if (usedBy !== null) {
      matches.push({ phaseId: phase.id, taskTime, gatherKey: null });
      decisions.push({ code: "file_repeated", phaseId: phase.id, taskTime, data: { path, earlier: usedBy } });
      continue;
    }
    matches.push({ phaseId: phase.id, taskTime, gatherKey });
    if (files === null) {
      const data = { path, have, want: phase.rule.gather };
      decisions.push({ code: "file_gathering", phaseId: phase.id, taskTime, data });
      continue;
    }
    // The same file once more replaces nothing and counts once.
    const paths = [...new Set([...files.map((one) => one.path), path])];
    if (start(phase, gatherKey, paths))
      gatheredBy.push({ phaseId: phase.id, gatherKey, matchIds: files.map((one) => one.matchId) });
  }
  if (redrive !== null) {
    const { by, reason, force } = redrive;
    const data = { path, matched: phases.length, tasks: tasks.length, by, reason, ...(force ? { force } : {}) };
    decisions.push({ code: "file_redriven", phaseId: 0, taskTime: message.taskTime, data });
  }
  const nearMisses =
    phases.length > 0
      ? []
      : nearestPhases(path, context.graph.waitingForFiles).map(({ of, alignment }) => ({ phaseId: of.id, alignment }));
  if (phases.length === 0 && redrive === null && context.alertOnUnmatched) alerts.push(unmatchedAlert(message));
  const deadLetter = path === "" && phases.length === 0 && redrive === null ? NO_PATH : null;
  const effects = {
    ...NO_EFFECTS,
    tasks,
    alerts,
    resolves,
    decisions,
    matches,
    gatheredBy,
    nearMisses,
    deadLetter,
  };
  return withoutTooLarge(effects, context.graph);
}

const NOTHING_GATHERED = { have: 1, files: null, usedBy: null };

/** What came is kept: its form may be one that is not known yet. */
const NO_PATH = {
  code: "no_path",
  reason: "file event without a path: it is neither file stats nor a storage notification",
};

/** Files that a phase gathers for one task time, and that no task has used yet. */
export interface GatheredFiles {
  readonly phase: Phase;
  readonly gatherKey: string;
  readonly files: readonly GatheredFile[];
}

/**
 * The task of the files that have come, although `gather` asks for more; none while `overlap = skip` lets none be made.
 * `why`: who or what ends the wait.
 */
export function finishGathered(
  { phase, gatherKey, files }: GatheredFiles,
  slotStates: FileState["slots"],
  why: Readonly<Record<string, unknown>>,
  context: FileContext,
): FileEffects {
  const paths = [...new Set(files.map((one) => one.path))];
  const slots = new Slots(slotStates);
  if (slots.skips(phase)) return { ...NO_EFFECTS, matches: [], gatheredBy: [], nearMisses: [] };
  const more = { have: paths.length, want: phase.rule.gather, ...why };
  const task = fileTask(phase, gatherKey, paths, slots, context, more);
  const effects = {
    ...NO_EFFECTS,
    tasks: [task],
    matches: [],
    gatheredBy: [{ phaseId: phase.id, gatherKey, matchIds: files.map((one) => one.matchId) }],
    nearMisses: [],
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
