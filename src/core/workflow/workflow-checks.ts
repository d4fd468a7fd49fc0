import { LONGEST_NAME, LONGEST_WORKFLOW, MAX_TASK_LENGTH } from "../../contract/limits.ts";
import { digitsOf, type WallMs } from "../../contract/time/wall-ms.ts";
import { DAY, HOUR } from "../../contract/time/time-units.ts";
import { gatheredIssue } from "./checks/gathered-size.ts";
import { idleParameters } from "./checks/idle-parameters.ts";
import type { PhaseIssue, Warn } from "./checks/phase-issue.ts";
import { checkJoins } from "./checks/join-checks.ts";
import { checkTemplate } from "./checks/template-checks.ts";
import { reachesTaskTime } from "../decide/batch.ts";
import { lostDay } from "../cron/lost-day.ts";
import { isCalendar } from "../time/calendar-span.ts";
import { offsetMs } from "./offset.ts";
import { unequalRows } from "../task/batch-rows.ts";
import { clockChanges, clockEffect, type ClockChange } from "../cron/clock-change.ts";
import { cronHints } from "../cron/cron-hints.ts";
import { phaseName } from "./graph.ts";
import { isForeign, parentName, taskPart } from "./phase/parent-ref.ts";
import type { ParentRef, Phase } from "./phase.ts";
import { isLeftOpen } from "../task/template.ts";
import { canBringDate } from "./pattern-date.ts";
import { taskName } from "../task/task-name.ts";

interface CheckOptions {
  /** When the file is loaded, ms since 1970. */
  readonly now: number;
  /** IANA zone of phases that name none. */
  readonly zone: string;
  /** Names of other files with a phase that makes this parent. */
  readonly madeElsewhere?: (parent: ParentRef) => readonly string[];
}

/** Checks that need all phases of a file, the other files, or the time at which it is loaded. */
export function checkPhases(
  phases: readonly Phase[],
  { now, zone, madeElsewhere }: CheckOptions,
): readonly PhaseIssue[] {
  const issues: PhaseIssue[] = [];
  const warn: Warn = (phase, key, code, message, remedy) =>
    issues.push({ severity: "warning", phase, key, code, message, remedy });
  const changesOf = memo((zone: string) => clockChanges(zone, now));
  const first = new Map<string, Phase>();
  const types = new Map<string, Set<string>>();
  for (const phase of phases) {
    const twin = first.get(`${phase.type}\0${phase.job}`);
    if (twin === undefined) first.set(`${phase.type}\0${phase.job}`, phase);
    else if (phase.type !== "") {
      warn(
        phase,
        "task",
        "duplicate_phase",
        `The phase in line ${twin.line} has the same task: its retry and alert rules count for both.`,
        "Give one of them a job of its own.",
      );
    }
    types.set(phase.type, (types.get(phase.type) ?? new Set()).add(phase.job));
  }
  for (const phase of phases) {
    checkTriggers(phase, warn);
    checkNames(phase, warn);
    checkParents(phase, types, madeElsewhere, warn);
    if (phase.rule.join === "all" && phase.dependsOn.some(isForeign)) issues.push(joinElsewhere(phase));
    checkTemplate(phase, warn);
    checkFileDate(phase, warn);
    const gathered = gatheredIssue(phase);
    if (gathered !== null) warn(phase, "gather", "by_reference", gathered.message, gathered.remedy);
    checkIdle(phase, warn);
    checkPattern(phase, warn);
    checkZone(phase, zone, warn);
    checkSchedule(phase, now, changesOf, warn);
    checkOffset(phase, changesOf, warn);
    checkBatch(phase, warn);
    const { meta } = phase.rule;
    const unequal = meta === null ? null : unequalRows(meta);
    if (unequal !== null) {
      warn(
        phase,
        "meta",
        "unequal_rows",
        `${unequal.charAt(0).toUpperCase()}${unequal.slice(1)}. No task is made, and each tick raises an alert.`,
        "Give every key the same number of values.",
      );
    }
  }
  checkJoins(phases, now, zone, warn);
  return issues;
}

function checkTriggers(phase: Phase, warn: Warn): void {
  const { rule } = phase;
  if (phase.cyclic && !phase.dependsOn.some(isForeign)) {
    warn(
      phase,
      "dependsOn",
      "cycle",
      `${phase.task} follows from itself: it is not started again for the same task time.`,
      "Break the cycle, or end it with a require.",
    );
  }
  if (phase.type === "") {
    warn(
      phase,
      "task",
      "no_task",
      "The phase names no task: no worker can get its tasks.",
      'Write task = "type" or "type:job".',
    );
  }
  const isStarted =
    phase.dependsOn.length > 0 || rule.cronText !== null || rule.files !== null || rule.filesGlob !== null;
  if (!isStarted && phase.params.length === 0) {
    warn(phase, null, "no_trigger", "Nothing starts the phase.", "Give it dependsOn, cron or files.");
  }
}

/** The older program dropped what is behind a second colon, so such files load, and two of their phases may become one. */
function checkNames(phase: Phase, warn: Warn): void {
  const written = phaseName(phase);
  const [, , ...dropped] = written.split(":");
  if (dropped.length > 0) {
    const name = taskName(phase);
    warn(
      phase,
      phase.task === written ? "task" : "job",
      "third_part",
      `${written} has a second colon: ":${dropped.join(":")}" is dropped, and the task is ${name}.`,
      `Write it with one colon, like ${phase.type}:${[phase.job, ...dropped].filter((part) => part !== "").join("-")}.`,
    );
  }
  if (phase.type !== "" && !/^[.a-zA-Z0-9_-]{1,64}$/.test(phase.type)) {
    warn(
      phase,
      "task",
      "odd_type",
      `The type ${phase.type.length > 80 ? `${phase.type.slice(0, 80)}…` : phase.type} is no name that every bus takes for a topic.`,
      "Use 1 to 64 letters, digits, dots, dashes and underscores.",
    );
  }
  checkLengths(phase, warn);
  for (const text of phase.dependsOnText.split(",").map((part) => part.trim())) {
    const [type = "", job = "", ...rest] = taskPart(text).split(":");
    if (rest.length === 0) continue;
    warn(
      phase,
      "dependsOn",
      "third_part",
      `${text} has a second colon: ":${rest.join(":")}" is dropped, and the parent is ${taskName({ type, job })}.`,
      "Name the parent as type or type:job.",
    );
  }
}

/** The limits of requests and messages: what is longer is refused where it is used. */
function checkLengths(phase: Phase, warn: Warn): void {
  const limits = [
    [phase.task.includes(":") ? "task" : "job", "The job", phase.job, LONGEST_NAME, "it cannot be triggered"],
    [null, "The path of the workflow", phase.workflow, LONGEST_WORKFLOW, "it cannot be named in a request"],
    ["template", "The template", phase.template, MAX_TASK_LENGTH, "no task is made"],
  ] as const;
  for (const [key, what, text, limit, outcome] of limits) {
    if (text.length <= limit) continue;
    const message = `${what} has ${text.length} characters, at most ${limit} can be handled: ${outcome}.`;
    warn(phase, key, "too_long", message, "Shorten it.");
  }
}

/** The tasks of a join are told apart by where they come from in its own file. */
function joinElsewhere(phase: Phase): PhaseIssue {
  return {
    severity: "error",
    phase,
    key: "join",
    code: "join_elsewhere",
    message: `The join waits for ${phase.dependsOn.filter(isForeign).map(parentName).join(" and ")}, and a join waits for tasks of its own file only.`,
    remedy: "Write a phase here that follows the task of the other file, and let the join wait for that one.",
  };
}

function checkParents(
  phase: Phase,
  types: ReadonlyMap<string, ReadonlySet<string>>,
  madeElsewhere: CheckOptions["madeElsewhere"],
  warn: Warn,
): void {
  for (const parent of phase.dependsOn) {
    if (isForeign(parent)) {
      checkForeign(phase, parent, madeElsewhere, warn);
      continue;
    }
    const jobs = types.get(parent.type);
    if (jobs !== undefined && (parent.job === null || jobs.has(parent.job))) continue;
    const name = taskName(parent);
    const others = madeElsewhere?.(parent) ?? [];
    if (others.length > 0) {
      warn(
        phase,
        "dependsOn",
        "parent_elsewhere",
        `${name} is made by ${others.join(", ")}, and a plain name means a task of its own file: those do not start it.`,
        `Name the file too: dependsOn = "${others[0] ?? ""}: ${name}".`,
      );
      continue;
    }
    warn(
      phase,
      "dependsOn",
      "unknown_parent",
      `No phase of this file makes ${name}: the phase starts when such a task of this workflow reports.`,
      "Check its spelling, including spaces.",
    );
  }
}

/** Only a check of all files knows what the other one makes. */
function checkForeign(
  phase: Phase,
  parent: ParentRef & { readonly workflow: string },
  madeElsewhere: CheckOptions["madeElsewhere"],
  warn: Warn,
): void {
  const others = madeElsewhere?.(parent) ?? [parent.workflow];
  if (others.includes(parent.workflow)) return;
  const hint = others.length === 0 ? "" : ` ${others.join(", ")} does.`;
  warn(
    phase,
    "dependsOn",
    "unknown_parent",
    `No phase of ${parent.workflow} makes ${taskName(parent)}: nothing starts the phase.${hint}`,
    "Write the name of the file as it is below the workflow folder, and the task as it is there.",
  );
}

function checkFileDate(phase: Phase, warn: Warn): void {
  const { rule, template } = phase;
  if (rule.taskTime !== "path" || !isLeftOpen(template, null)) return;
  for (const key of ["files", "files_glob"] as const) {
    const pattern = key === "files" ? rule.files : rule.filesGlob;
    if (pattern === null || pattern === "" || canBringDate(pattern, key)) continue;
    warn(
      phase,
      key,
      "without_date",
      `No path that ${pattern} matches has a date: the tokens of the template stay as they are.`,
      'Write task_time = "received" or "created", or a pattern with the date.',
    );
  }
}

function checkIdle(phase: Phase, warn: Warn): void {
  for (const { name, needs } of idleParameters(phase)) {
    const key = needs.replace(/ .*/, "");
    warn(phase, name, "idle_parameter", `${name} does nothing without ${needs}.`, `Add ${key}, or remove it.`);
  }
  const [, second = ""] = phase.task.split(":");
  const [other] = phase.rule.pairs.get("job") ?? [];
  if (second !== "" && other !== undefined && other !== "" && other !== second)
    warn(phase, "job", "idle_parameter", `job does nothing: the task names ${second}.`, "Keep one of them.");
}

/** What reads like a pattern elsewhere. */
function checkPattern(phase: Phase, warn: Warn): void {
  const { rule } = phase;
  const say = (key: string, message: string, remedy: string): void =>
    warn(phase, key, "pattern_as_text", message, remedy);
  if (rule.files?.includes("**") === true)
    say("files", "** in files is what * is: it matches within one folder.", "Write files_glob, which knows **.");
  else if (/\{[^{}]*,[^{}]*\}/.test(rule.files ?? ""))
    say("files", "Braces in files are literal.", "Write files_glob, which knows {a,b}.");
  for (const [key, pattern] of [
    ["files", rule.files],
    ["files_glob", rule.filesGlob],
  ] as const)
    if (pattern?.startsWith("~/") === true)
      say(key, `~ in ${key} is literal: no path begins with it.`, "Write the complete path.");
}

/** The schedule has a zone of its own, in front of its fields. */
function checkZone(phase: Phase, defaultZone: string, warn: Warn): void {
  const { cron, timezone } = phase.rule;
  const others = timezone ?? defaultZone;
  if (cron === null || cron.zone === others || cron.every !== null) return;
  warn(
    phase,
    "cron",
    "two_zones",
    `The schedule goes by ${cron.zone}, but task time, offset and template by ${others}: their date can be another one.`,
    `Write timezone = "${cron.zone}" as a key of the phase instead.`,
  );
}

function checkSchedule(
  phase: Phase,
  now: number,
  changesOf: (zone: string) => readonly ClockChange[],
  warn: Warn,
): void {
  const { cron, expectBy } = phase.rule;
  for (const [key, schedule] of [
    ["cron", cron],
    ["expect_by", expectBy],
  ] as const) {
    for (const { code, message, remedy } of schedule === null ? [] : cronHints(schedule.text))
      warn(phase, key, code, message, remedy);
  }
  if (cron === null) return;
  if (cron.next(now) === null) {
    warn(phase, "cron", "cron_never", `${cron.text} does not come within five years.`, "Check day and month.");
    return;
  }
  const effect = clockEffect(cron, changesOf(cron.zone));
  if (effect === null) return;
  const wall = wallText(effect.wall);
  if (effect.kind === "lost") {
    warn(
      phase,
      "cron",
      "cron_skipped",
      `the tick of ${wall} is left out: the clocks of ${cron.zone} change by half an hour before it.`,
      `Write timezone = "${cron.zone}" as a key of the phase: with it no tick is lost.`,
    );
  } else if (effect.kind === "skipped") {
    warn(
      phase,
      "cron",
      "cron_skipped",
      `${wall} is skipped by the clocks of ${cron.zone}: that tick is left out.`,
      "Choose another hour, or the zone UTC.",
    );
  } else {
    warn(
      phase,
      "cron",
      "cron_doubled",
      `${wall} comes twice by the clocks of ${cron.zone}: so does the tick.`,
      "Choose another hour, or the zone UTC.",
    );
  }
}

/** Where hours and days differ: the next date on which it shows. */
function checkOffset(phase: Phase, changesOf: (zone: string) => readonly ClockChange[], warn: Warn): void {
  const { cron, expectBy, offsetDays } = phase.rule;
  if (isCalendar(offsetDays)) return;
  const offset = offsetMs(phase.rule);
  for (const schedule of [cron, expectBy]) {
    if (schedule === null) continue;
    const found = lostDay(schedule, offset, changesOf(schedule.zone));
    if (found === null) continue;
    const [tick, day, meant] = [wallText(found.tick), dayText(found.day), dayText(found.meant)];
    const what = found.kind === "lost" ? `no tick is about ${meant}` : `two ticks are about ${day}`;
    warn(
      phase,
      "offset",
      "offset_in_hours",
      `offset is ${offset / HOUR} hours, and a day in ${schedule.zone} can have 23 or 25: the tick of ${tick} is about ${day}, and ${what}.`,
      `Write offset = "${offset / DAY}d" as a key of the phase.`,
    );
    return;
  }
}

function checkBatch(phase: Phase, warn: Warn): void {
  const { cron, forNs, forDays, by, countsFromTaskTime } = phase.rule;
  if (cron === null || countsFromTaskTime || isCalendar(forDays) || reachesTaskTime(forNs, by)) return;
  warn(
    phase,
    "for",
    "batch_from_far_end",
    "for is no multiple of by: counted from its older end, as in a rule, the batch can leave out the task time itself.",
    `Write for as a key of the phase, which counts from the task time, or in days or months, like for = "-7d" or "-3mo".`,
  );
}

function wallText(wall: WallMs): string {
  return new Date(digitsOf(wall)).toISOString().slice(0, 16).replace("T", " ");
}

function dayText(wall: WallMs): string {
  return wallText(wall).slice(0, 10);
}

function memo<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
