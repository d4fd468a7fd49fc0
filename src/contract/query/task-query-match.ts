import { type WallMs, digitsOf } from "../time/wall-ms.ts";
import type { Pattern, Phrase, Range, RangeField, TaskQuery, TextField, TermField } from "./task-query.ts";
import { metaPairs, metaText, termsOf } from "./terms.ts";

/** The fields of a task record that a search compares. Times in ms since 1970. */
export interface SearchedTask {
  readonly record_id: number;
  readonly id: string;
  readonly type: string;
  readonly job: string;
  readonly info: string;
  readonly meta: string;
  readonly msg: string;
  readonly result: string;
  readonly state: string;
  readonly origin: string;
  readonly attempt: number;
  readonly workflow: string;
  readonly task_time: WallMs | null;
  /** IANA zone of its task time; null when no phase is known. */
  readonly task_zone: string | null;
  readonly created: number | null;
  readonly decided_at: number;
  readonly started: number | null;
  readonly ended: number | null;
  readonly finished_at: number | null;
}

/** The instants at which the clocks of a zone (IANA) show this, in ms since 1970: two where they show it twice. */
export type InstantsOnWall = (wall: WallMs, zone: string) => readonly number[];

/** What is known of a record that failed; `docs/query-language.md` says when it is unresolved. */
export interface TaskFailure {
  readonly unresolved: boolean;
  /** Of its message, as `fingerprint.ts` makes it. */
  readonly fingerprint: string;
}

/** What a query may ask that the record itself does not have. */
export interface TaskLookups {
  readonly instantsOnWall: InstantsOnWall;
  /** The texts of the notes on its task; called only for a query about notes. */
  notes(): readonly string[];
  /** Null: it did not fail. Called only for a query about failures. */
  failure(): TaskFailure | null;
}

/** Whether the record matches the query. This defines the meaning of every query, however it is executed. */
export function matchesTask(query: TaskQuery, task: SearchedTask, lookups: TaskLookups): boolean {
  switch (query.kind) {
    case "and":
      return query.terms.every((term) => matchesTask(term, task, lookups));
    case "or":
      return query.terms.some((term) => matchesTask(term, task, lookups));
    case "not":
      return !matchesTask(query.term, task, lookups);
    case "text": {
      const value = textOf(query.field, task, lookups);
      return value !== null && query.values.some((pattern) => matchesTermPattern(pattern, value));
    }
    case "range": {
      const value = numberOf(query.field, task);
      return value !== null && query.ranges.some((range) => isWithin(range, value));
    }
    case "moment": {
      const { task_time: wall, task_zone: zone } = task;
      const instants = wall === null ? [] : lookups.instantsOnWall(wall, zone ?? query.zone);
      return instants.some((instant) => query.ranges.some((range) => isWithin(range, instant)));
    }
    case "meta":
      return metaPairs(task.meta).some(
        ([key, value]) => key === query.key && query.values.some((pattern) => matchesTermPattern(pattern, value)),
      );
    case "words": {
      return hasWords(query.field === "note" ? lookups.notes() : textsOf(query.field, task), query.phrases);
    }
  }
}

/** Whether one of the texts has one of the phrases. */
export function hasWords(texts: readonly string[], phrases: readonly Phrase[]): boolean {
  const terms = texts.map(termsOf);
  return phrases.some((phrase) => terms.some((one) => hasPhrase(one, phrase)));
}

function textOf(field: TextField, task: SearchedTask, lookups: TaskLookups): string | null {
  if (field === "fingerprint") return lookups.failure()?.fingerprint ?? null;
  if (field === "unresolved") return lookups.failure()?.unresolved.toString() ?? null;
  return task[field];
}

function textsOf(field: Exclude<TermField, "note">, task: SearchedTask): readonly string[] {
  if (field === "any") return [task.info, metaText(task.meta), task.msg];
  return [field === "meta" ? metaText(task.meta) : task[field]];
}

function numberOf(field: RangeField, task: SearchedTask): number | null {
  switch (field) {
    case "record":
      return task.record_id;
    case "decided":
      return task.decided_at;
    case "finished":
      return task.finished_at;
    case "run":
      return span(task.started, task.ended);
    case "queue":
      return span(task.created, task.started);
    case "attempt":
    case "created":
    case "started":
    case "ended":
      return task[field];
    case "task_time":
      return task.task_time === null ? null : digitsOf(task.task_time);
  }
}

/** Null when an end is not known, or is before the beginning. */
function span(from: number | null, until: number | null): number | null {
  return from === null || until === null || until < from ? null : until - from;
}

function isWithin({ from, until }: Range, value: number): boolean {
  return (from === null || value >= from) && (until === null || value < until);
}

/** Whether the complete text matches the pattern. The time is proportional to both lengths. */
export function matchesTermPattern(pattern: Pattern, text: string): boolean {
  const [first = "", ...others] = pattern;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  // Between the ends each piece is matched as early as possible: that leaves the most text for those after it.
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return at <= end;
}

function hasPhrase(terms: readonly string[], phrase: Phrase): boolean {
  const [first] = phrase;
  if (first === undefined) return true;
  for (let at = 0; at + phrase.length <= terms.length; at++) {
    if (phrase.every((pattern, index) => matchesTermPattern(pattern, terms[at + index] ?? ""))) return true;
  }
  return false;
}
