import { millisText } from "../../contract/time/instant.ts";
import type { SearchedTask } from "../../contract/query/task-query-match.ts";
import { taskJson } from "../task/task-json.ts";
import { isoTaskTime, isoTimes, type InstantText } from "../time/iso-times.ts";
import type { ExplainedDecision } from "./explain.ts";
import type { WhyNot } from "./why-not.ts";
import type { WhyFacts } from "./why-facts.ts";
import type { Why } from "./why.ts";

/** What is shown beside a task itself, as JSON. */
export interface Shown<Note extends object = object> {
  readonly notes: readonly Note[];
  readonly links: readonly object[];
  /** Of its output; null: none is known. */
  readonly log: object | null;
}

/** What happened to a task, for programs. */
export interface HistoryRow {
  readonly task: SearchedTask & { readonly task_seconds: number | null; readonly queue_seconds: number | null };
  readonly parents: readonly object[];
  readonly children: readonly object[];
  readonly more_children: boolean;
  readonly decisions: readonly ExplainedDecision[];
}

/** Of the facts about a task, those that are shown. */
export type ShownFacts = Omit<WhyFacts, "decisions">;

/** `phase`: what the phase of the task says for people. */
export function historyJson<Note extends object>(
  { task: row, parents, children, more_children: more, decisions }: HistoryRow,
  { notes, links, log }: Shown<Note>,
  phase: object | null,
  zone: string,
  instant: InstantText = millisText,
) {
  return {
    task: taskJson(row, zone, instant),
    notes,
    phase,
    links,
    log,
    parents,
    children,
    more_children: more,
    decisions: decisions.map(({ at, code, sentence, data }) => ({ at: instant(at), code, sentence, data })),
  };
}

/** Why a task ran, for programs. */
export function whyJson<Note extends object>(
  facts: ShownFacts,
  { because, events, standing }: Why,
  { notes, links, log, phaseNotes }: Shown<Note> & { readonly phaseNotes: readonly Note[] },
  zone: string,
  instant: InstantText = millisText,
) {
  const iso = (row: object): object => isoTimes(row, zone, instant);
  const { task, report, phase, version, parents, children, more_children: more, outbox, file } = facts;
  return {
    task: iso(task),
    report: report === null ? null : iso(report),
    notes,
    links,
    because,
    events: events.map(iso),
    standing,
    phase: phase === null ? null : { ...iso(phase), notes: phaseNotes },
    version: version === null ? null : iso(version),
    parents: parents.map(iso),
    children: children.map(iso),
    more_children: more,
    file: file === null ? null : iso(file),
    outbox: iso(outbox),
    log,
    alerts: facts.alerts.map(({ notifications, ...alert }) => ({
      ...iso(alert),
      notifications: notifications.map(iso),
    })),
    dead_letters: facts.dead_letters.map(iso),
  };
}

/** Why a phase has no task, for programs. */
export function whyNotJson(answer: WhyNot) {
  return {
    ...answer,
    ...isoTaskTime(answer, answer.task_zone),
    findings: answer.findings.map(({ why_not: ofParent, ...finding }): object => ({
      ...finding,
      ...(ofParent === undefined ? {} : { why_not: whyNotJson(ofParent) }),
    })),
  };
}
