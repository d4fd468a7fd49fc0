import { DAY, HOUR } from "../../contract/time-units.ts";
import { reachesTaskTime } from "../decide/batch.ts";
import { lostDay } from "../cron/lost-day.ts";
import { isCalendar } from "../time/calendar-span.ts";
import { offsetMs } from "./offset.ts";
import { unequalRows } from "../task/batch-rows.ts";
import { clockChanges, clockEffect, type ClockChange } from "../cron/clock-change.ts";
import type { RuleIssue } from "./issue.ts";
import type { Phase } from "./phase.ts";
import { metaKeys } from "../task/template.ts";
import { PARAMETER_NAMES } from "./workflow-schema.ts";
import { taskName } from "../task/task-name.ts";

/** An issue of one phase; `key` says which key of the phase, null is the phase itself. */
export interface PhaseIssue extends Omit<RuleIssue, "parameter"> {
  readonly phase: Phase;
  readonly key: string | null;
}

type Warn = (phase: Phase, key: string | null, code: RuleIssue["code"], message: string, remedy: string) => void;

/** Checks that need all phases of a file, or the time at which it is loaded (`now`, ms since 1970). */
export function checkPhases(phases: readonly Phase[], now: number): readonly PhaseIssue[] {
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
    checkParents(phase, types, warn);
    checkTemplate(phase, warn);
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
  return issues;
}

function checkTriggers(phase: Phase, warn: Warn): void {
  const { rule } = phase;
  if (phase.cyclic) {
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
  if (phase.dependsOn.length === 0 && rule.cronText === null && rule.files === null && rule.filesGlob === null) {
    warn(phase, null, "no_trigger", "Nothing starts the phase.", "Give it dependsOn, cron or files.");
  }
}

function checkParents(phase: Phase, types: ReadonlyMap<string, ReadonlySet<string>>, warn: Warn): void {
  for (const { type, job } of phase.dependsOn) {
    const jobs = types.get(type);
    if (jobs !== undefined && (job === null || jobs.has(job))) continue;
    const name = taskName({ type, job });
    warn(
      phase,
      "dependsOn",
      "unknown_parent",
      `No phase of this file makes ${name}: the phase starts when such a task reports.`,
      "Check its spelling, including spaces.",
    );
  }
}

/** Only where all keys of the meta are known: a child gets the meta that its parent's worker wrote, a meta-file has any columns. */
function checkTemplate(phase: Phase, warn: Warn): void {
  const { rule } = phase;
  if (phase.dependsOn.length > 0 || rule.metaFile !== "") return;
  const waitsForFiles = rule.files !== null || rule.filesGlob !== null;
  if (!waitsForFiles && rule.cronText === null) return;
  const set = new Set(["workflow", "cron", "job", "file", "filename", ...(rule.meta?.keys() ?? [])]);
  if (waitsForFiles) for (const key of [...rule.pairs.keys(), ...PARAMETER_NAMES]) set.add(key);
  for (const key of new Set(metaKeys(phase.template))) {
    if (set.has(key)) continue;
    const outcome = waitsForFiles || (rule.meta?.size ?? 0) > 0 ? "it is left empty" : "the token stays as it is";
    warn(
      phase,
      "template",
      "unknown_template_key",
      `Nothing sets {meta:${key}}: ${outcome}.`,
      waitsForFiles ? `Add ${key}= to the rule.` : `Add meta=${key}:value to the rule.`,
    );
  }
}

function checkSchedule(
  phase: Phase,
  now: number,
  changesOf: (zone: string) => readonly ClockChange[],
  warn: Warn,
): void {
  const { cron } = phase.rule;
  if (cron === null) return;
  if (cron.next(now) === null) {
    warn(phase, "cron", "cron_never", `${cron.text} does not come within five years.`, "Check day and month.");
    return;
  }
  const effect = clockEffect(cron, changesOf(cron.zone));
  if (effect === null) return;
  const wall = wallText(effect.wall);
  if (effect.kind === "skipped") {
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

function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16).replace("T", " ");
}

function dayText(wall: number): string {
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
