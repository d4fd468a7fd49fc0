import type { Severity } from "../workflow/phase.ts";
import type { ErrorRate } from "./error-rates.ts";

/** What somebody has to do something about, in one sentence. */
export interface Duty {
  readonly severity: Severity;
  /** How many tasks wait for it, or failed. */
  readonly tasks: number;
  /** Milliseconds since 1970. */
  readonly since: number | null;
  readonly sentence: string;
  /** Where to do something about it. */
  readonly about: "instance" | "alerts" | "tasks" | "dead_letters";
  /** The newest of the alerts. */
  readonly alertIds: readonly number[];
  /** The type of the tasks; empty: of several, or of none. */
  readonly type: string;
}

const INSTANCE = { about: "instance", alertIds: [], type: "" } as const;

/** Open alerts of one type, severity and type of task. */
export interface AlertGroup {
  readonly alert_type: string;
  readonly severity: Severity;
  /** Empty: they are about no tasks. */
  readonly type: string;
  readonly alerts: number;
  /** Tasks that are not well, in all of them. */
  readonly tasks: number;
  readonly since: number;
  /** Of the newest of them. */
  readonly message: string;
  readonly ids: readonly number[];
}

export interface DutyInput {
  /** Parts of the instance that do not work, each with its sentence. */
  readonly failing: readonly string[];
  readonly alerts: readonly AlertGroup[];
  readonly rates: readonly ErrorRate[];
  readonly deadLetters: number;
  readonly overdue: number;
}

/** More are in nobody's mind. */
const MAX_DUTIES = 3;
const RANK: Readonly<Record<Severity, number>> = { critical: 2, warning: 1, info: 0 };

/** At most three: by severity, then by how many tasks they are about, then the oldest. */
export function duties({ failing, alerts, rates, deadLetters, overdue }: DutyInput): readonly Duty[] {
  const found: Duty[] = [
    ...failing.map((sentence): Duty => ({ severity: "critical", tasks: 0, since: null, sentence, ...INSTANCE })),
    ...alerts.map(alertDuty),
    ...rates.filter(({ above }) => above).map(rateDuty),
  ];
  if (overdue > 0)
    found.push({
      severity: "warning",
      tasks: overdue,
      since: null,
      sentence: `${count(overdue, "task is", "tasks are")} past the time to be done: find out what the workers do.`,
      ...INSTANCE,
      about: "tasks",
    });
  if (deadLetters > 0)
    found.push({
      severity: "warning",
      tasks: 0,
      since: null,
      sentence: `${count(deadLetters, "message", "messages")} could not be understood: redrive the dead letters, or find out who sends them.`,
      ...INSTANCE,
      about: "dead_letters",
    });
  return found
    .toSorted(
      (a, b) =>
        RANK[b.severity] - RANK[a.severity] || b.tasks - a.tasks || (a.since ?? Infinity) - (b.since ?? Infinity),
    )
    .slice(0, MAX_DUTIES);
}

function alertDuty({ severity, type, alerts, tasks, since, message, ids, alert_type: alertType }: AlertGroup): Duty {
  const what =
    message === ""
      ? `${alertType.replaceAll("_", " ")} of ${count(tasks, "task", "tasks")}${type === "" ? "" : ` of ${type}`}`
      : message;
  const more = alerts > 1 ? ` And ${alerts - 1} more like it${type === "" ? "" : ` of ${type}`}.` : "";
  return {
    severity,
    tasks: type === "" ? 0 : tasks,
    since,
    sentence: `${ended(what)}${more}`,
    about: "alerts",
    alertIds: ids,
    type,
  };
}

function rateDuty({ type, failed, finished, rate, threshold }: ErrorRate): Duty {
  return {
    severity: "warning",
    tasks: failed,
    since: null,
    sentence: `${failed} of ${count(finished, "task", "tasks")} of ${type} failed: ${percent(rate)}, more than ${percent(threshold)}.`,
    about: "tasks",
    alertIds: [],
    type,
  };
}

/** A message may be long: its first line, as a sentence. */
function ended(message: string): string {
  const [line = ""] = message.split("\n");
  const text = line.length > 200 ? `${line.slice(0, 199)}…` : line;
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 10 ? Math.round(value) : Number(value.toFixed(1))} %`;
}

function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : many}`;
}
