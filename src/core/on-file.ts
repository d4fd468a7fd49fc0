import { secondsText } from "../contract/instant.ts";
import type { FileDecider, FileEffects, FileMessage, FileNeeds, FileState } from "./decider.ts";
import { NO_EFFECTS, type NewDecision, type NewTask } from "./effects.ts";
import { compileFilesGlob, compileGlob } from "./glob.ts";
import { sortedMeta } from "./meta.ts";
import type { Phase, WorkflowGraph } from "./phase.ts";
import { isCapped, Slots } from "./slots.ts";
import { fillMeta, fillTime } from "./template.ts";
import { utcParts } from "./wall-time.ts";

export interface FileContext {
  readonly graph: WorkflowGraph;
  readonly now: number;
  readonly host: string;
  readonly taskTtl: number;
  readonly newId: () => string;
  /** Eight hex digits for `{uuid}`. */
  readonly shortId: () => string;
}

/** What an arrived file does: one task for each phase whose pattern it matches. */
export function fileDecider(context: FileContext): FileDecider {
  return {
    needs: (message) => needsOf(message, matchingPhases(message.event.path, context.graph)),
    decide: (message, state) => decideFile(message, state, matchingPhases(message.event.path, context.graph), context),
  };
}

type Matcher = (path: string) => boolean;
const NEVER: Matcher = () => false;
/** Patterns compile once a phase; a reload makes new phases and so new matchers. */
const matchers = new WeakMap<Phase, Matcher>();

function matcherOf(phase: Phase): Matcher {
  let matcher = matchers.get(phase);
  if (matcher === undefined) {
    const { files, filesGlob } = phase.rule;
    const plain = files === null || files === "" ? NEVER : (compileGlob(files) ?? NEVER);
    const wide = filesGlob === null || filesGlob === "" ? NEVER : (compileFilesGlob(filesGlob) ?? NEVER);
    matcher = (path) => plain(path) || wide(path);
    matchers.set(phase, matcher);
  }
  return matcher;
}

/** In the order of the graph: by workflow, then by task. */
export function matchingPhases(path: string, graph: WorkflowGraph): readonly Phase[] {
  return graph.waitingForFiles.filter((phase) => matcherOf(phase)(path));
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
  context: FileContext,
): FileEffects {
  const slots = new Slots(state.slots);
  const tasks: NewTask[] = [];
  const decisions: NewDecision[] = [];
  const matches: { phaseId: number; gatherKey: string | null }[] = [];
  const gatheredBy: { phaseId: number; matchIds: readonly number[] }[] = [];
  const { path } = message.event;
  if (phases.length === 0) {
    decisions.push({ code: "file_unmatched", phaseId: 0, taskTime: message.taskTime, data: { path } });
  }
  for (const phase of phases) {
    if (phase.rule.gather <= 1) {
      matches.push({ phaseId: phase.id, gatherKey: null });
      tasks.push(fileTask(phase, message, [path], slots, context));
      continue;
    }
    const gatherKey = gatherKeyOf(message);
    matches.push({ phaseId: phase.id, gatherKey });
    const earlier = state.gathered.get(`${phase.id}|${gatherKey}`) ?? [];
    // The same file again replaces nothing and counts once.
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
  return { ...NO_EFFECTS, tasks, decisions, matches, gatheredBy };
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
  const capped = isCapped(phase);
  const held = phase.rule.maxActive > 0 && !slots.take(phase);
  if (capped && phase.rule.maxActive === 0) slots.add(phase.id, 1);
  return {
    message: {
      type: phase.type,
      job: phase.job,
      info: fillMeta(fillTime(phase.template, time, context.host, context.shortId), meta),
      created: secondsText(context.now),
      id: context.newId(),
      meta: sortedMeta(meta),
      result: "",
      msg: "",
      started: "",
      ended: "",
    },
    origin: "file",
    state: held ? "waiting" : "queued",
    dueAt: context.now,
    held,
    attempt: 0,
    firstAttemptId: null,
    taskTime: message.taskTime,
    phaseId: phase.id,
    versionId: phase.versionId,
    scheduledAt: null,
    position: 0,
    deadlineAt: context.now + (phase.rule.timeout ?? context.taskTtl),
    holdsSlot: capped,
    relation: null,
    decision: {
      code: held ? "held" : "file_matched",
      phaseId: phase.id,
      taskTime: message.taskTime,
      data: { files: paths, pattern: phase.rule.files ?? phase.rule.filesGlob },
    },
  };
}

/** Go's `filepath.Base`: trailing slashes are dropped, nothing is `.`, only slashes are `/`. */
function baseName(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}
