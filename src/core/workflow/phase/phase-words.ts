import { DAY, HOUR, MINUTE } from "../../../contract/time/time-units.ts";
import { cronWords } from "../../cron/cron-words.ts";
import { capOf, isCapped } from "../../decide/slots.ts";
import { retryDelay } from "../../decide/retry.ts";
import { taskName } from "../../task/task-name.ts";
import { type CalendarSpan, isCalendar } from "../../time/calendar-span.ts";
import { phrases, quoted } from "../../why/phrases.ts";
import { joinCondition } from "../joins/join-words.ts";
import type { Phase, Rule } from "../phase.ts";
import { isForeign } from "./parent-ref.ts";

/** What a rule means where it says nothing. */
interface Defaults {
  /** IANA zone. */
  readonly zone: string;
  /** How long a task may take, in milliseconds. */
  readonly taskTtl: number;
}

/** Waits of retries that are named one by one. */
const MAX_WAITS = 5;

/** What a phase does, in sentences: when it starts and what for, what it makes, what holds it, how it is retried, and who hears of it. */
export function phaseWords(phase: Phase, defaults: Defaults): readonly string[] {
  return [
    ...startWords(phase, defaults),
    ...batchWords(phase.rule),
    ...limitWords(phase),
    ...retryWords(phase),
    ...alertWords(phase, defaults),
    ...(phase.rule.inheritMeta ? ["Its children keep its meta."] : []),
  ];
}

function startWords(phase: Phase, { zone }: Defaults): readonly string[] {
  const { rule } = phase;
  const starts = [
    ...tickWords(rule, zone),
    ...fileWords(rule),
    ...(phase.dependsOn.length === 0 ? [] : [parentWords(phase)]),
  ];
  const paused = rule.paused ? ["Its file says that it is paused: nothing of it is started."] : [];
  const params = phase.params.map(({ name, default: fallback }) =>
    fallback === null ? `${quoted(name)} (required)` : quoted(name),
  );
  const byHand = params.length === 0 ? "" : ` with ${phrases(params)}`;
  const hand =
    starts.length === 0
      ? [`Nothing starts it by itself: it is triggered by hand${byHand}.`]
      : params.length === 0
        ? []
        : [`Triggered by hand it takes ${phrases(params)}.`];
  return [...paused, ...starts, ...hand];
}

function tickWords({ cronText, cron, timezone, offsetNs, offsetDays, catchUp, catchUpWindow }: Rule, zone: string) {
  if (cronText === null) return [];
  const words = cronWords(cronText);
  const expression = words === null ? `on the schedule ${quoted(cronText)}` : words;
  const where = cron !== null && cron.every !== null ? "" : ` (${cron?.zone ?? timezone ?? zone})`;
  const shift = shiftText(offsetNs, offsetDays);
  const about = shift === null ? "for that time" : `for the task time ${shift}`;
  const missed =
    catchUp === "none"
      ? []
      : [
          `Of the ticks missed while Flowlord was down, ${catchUp === "last" ? "the last one is" : "all are"} made up for, at most ${spanWords(catchUpWindow)} back.`,
        ];
  return [`Starts ${expression}${where}, ${about}.`, ...missed];
}

function fileWords({ files, filesGlob, gather, gatherTimeout, taskTime, expectByText }: Rule): readonly string[] {
  const patterns = [files, filesGlob].filter((pattern) => pattern !== null).map(quoted);
  if (patterns.length === 0) return [];
  const time = {
    path: "its task time is the date in the path, if there is one",
    created: "its task time is when the file was created",
    received: "its task time is when the file came",
  }[taskTime];
  const pattern = phrases(patterns);
  const late = gatherTimeout === null ? "" : `, or ${spanWords(gatherTimeout)} after the first with those that came`;
  const starts =
    gather > 0
      ? `Starts once ${gather} files of one task time that match ${pattern} have come${late}; ${time}.`
      : `Starts for each file that matches ${pattern}; ${time}.`;
  if (expectByText === null) return [starts];
  const by = cronWords(expectByText) ?? `on the schedule ${quoted(expectByText)}`;
  const what = gather > 0 ? "too few files have" : "no file has";
  return [starts, `An alert is raised ${by} if ${what} come for the task time of then.`];
}

function parentWords(phase: Phase): string {
  const { rule, dependsOn } = phase;
  const join = joinCondition(phase);
  const names = [...new Set(dependsOn.map((ref) => `${taskName(ref)}${isForeign(ref) ? ` of ${ref.workflow}` : ""}`))];
  const any = names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  const done = rule.on === "error" ? "has failed and has no retry left" : "completes";
  const condition = join ?? `${any} ${done}`;
  const required = rule.require.map(quoted);
  const only = required.length === 0 ? "" : `, if ${join === null ? "its" : "their"} meta has ${phrases(required)}`;
  const time = condition.includes("of the same task time") ? "" : ", for the same task time";
  return `Starts when ${condition}${time}${only}.`;
}

function batchWords({ forNs, forDays, by, meta, metaFile, cronText }: Rule): readonly string[] {
  const each: string[] = [];
  if (cronText !== null && (forNs !== 0n || isCalendar(forDays))) {
    const step = ["hour", "day", "week", "month"].includes(by) ? by : "day";
    const isBack = forNs < 0n || forDays.months < 0 || forDays.days < 0;
    each.push(`${step} of ${lengthText(forNs, forDays)} ${isBack ? "back from" : "on from"} the task time`);
  }
  if (meta !== null) {
    const rows = Math.max(0, ...[...meta.values()].map((values) => values.length));
    const keys = phrases([...meta.keys()].map(quoted));
    if (rows > 1 || each.length > 0) each.push(meta.size > 1 ? `of ${rows} rows of ${keys}` : `${keys} of ${rows}`);
  } else if (metaFile !== "") each.push(`row of ${quoted(metaFile)}`);
  return each.length === 0 ? [] : [`Makes one task for each ${each.join(", and each ")}.`];
}

function limitWords(phase: Phase): readonly string[] {
  if (!isCapped(phase)) return [];
  const cap = capOf(phase);
  const while_ = cap === 1 ? "While a task of it is unfinished" : `While ${cap} of its tasks are unfinished`;
  return [phase.rule.overlap === "skip" ? `${while_}, no other is made.` : `${while_}, others wait.`];
}

function retryWords(phase: Phase): readonly string[] {
  const { retry, rule } = phase;
  if (retry === 0) return ["It is not retried."];
  const waits = Array.from({ length: Math.min(retry, MAX_WAITS) }, (_, index) => retryDelay(phase, index + 1, () => 0));
  const jitter = rule.retryDelay !== null && (waits[0] ?? 0) > 0 ? ", each with 0 to 40 % added" : "";
  const times = retry === 1 ? "once" : retry === 2 ? "twice" : `${retry} times`;
  const longest = rule.retryMaxDelay;
  if (new Set(waits).size === 1 && (retry <= MAX_WAITS || rule.retryBackoff === "fixed" || longest === waits[0])) {
    const wait = spanWords(waits[0] ?? 0);
    return [`Retries ${times}, after ${wait}${retry === 1 ? "" : " each"}${jitter.replace("each ", "")}.`];
  }
  const named = waits.map(spanWords);
  const more = retry > MAX_WAITS ? " and so on" : "";
  const cap = longest === null ? "" : `, at most ${spanWords(longest)}`;
  return [`Retries ${times}, after ${more === "" ? phrases(named) : named.join(", ") + more}${jitter}${cap}.`];
}

function alertWords({ rule, retry }: Phase, { taskTtl }: Defaults): readonly string[] {
  const after = retry === 0 ? "when it fails" : "when no retry is left";
  const severity = rule.severity === null ? "" : `, as ${rule.severity}`;
  const channels = rule.notify.length === 0 ? "" : ` to ${phrases(rule.notify.map(quoted))}`;
  const alert = rule.noAlert ? `No alert is raised ${after}.` : `Alerts${channels} ${after}${severity}.`;
  const timeout = spanWords(rule.timeout ?? taskTtl);
  const since = rule.timeoutAfterReport ? "its creation and each report of its worker" : "its creation";
  return [alert, `A task without a result ${timeout} after ${since} raises an alert.`];
}

/** `4 h earlier`; null: not shifted. */
function shiftText(ns: bigint, days: CalendarSpan): string | null {
  if (ns === 0n && !isCalendar(days)) return null;
  const isBack = ns < 0n || days.days < 0 || days.months < 0;
  return `${lengthText(ns, days)} ${isBack ? "earlier" : "later"}`;
}

/** However it is signed. */
function lengthText(ns: bigint, { months, days }: CalendarSpan): string {
  const parts = [
    months === 0 ? "" : counted(Math.abs(months), "month"),
    days === 0 ? "" : counted(Math.abs(days), "day"),
    ns === 0n ? "" : spanWords(Math.abs(Number(ns / 1_000_000n))),
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `90 s`, `5 m`, `1 h 30 m`, `48 h`, `14 d`. */
function spanWords(ms: number): string {
  if (ms >= 3 * DAY && ms % DAY === 0) return `${ms / DAY} d`;
  if (ms >= HOUR) return joined(ms, HOUR, "h", MINUTE, "m");
  if (ms >= 2 * MINUTE || ms === MINUTE) return joined(ms, MINUTE, "m", 1000, "s");
  return `${Number((ms / 1000).toFixed(3))} s`;
}

function joined(ms: number, unit: number, name: string, smaller: number, smallName: string): string {
  const rest = Math.round((ms % unit) / smaller);
  return `${Math.floor(ms / unit)} ${name}${rest === 0 ? "" : ` ${rest} ${smallName}`}`;
}
