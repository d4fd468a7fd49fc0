import {
  CLOSED_VALUES,
  DURATION_FIELDS,
  NUMBER_FIELDS,
  QUERY_FIELDS,
  TIME_FIELDS,
} from "../../../../src/contract/query/task-query.ts";
import { metaPairs } from "../../../../src/contract/query/terms.ts";
import type { Facets, ShownTask } from "../tasks-queries.ts";
import { valueText } from "../../../services/query-text.ts";

export interface Completion {
  /** What is put in the place of the word that is typed. */
  readonly text: string;
  /** What it means, or how often it comes. */
  readonly note: string;
}

export interface Known {
  readonly facets: Facets | undefined;
  readonly tasks: readonly ShownTask[];
}

const NOTES: Readonly<Record<string, string>> = {
  type: "topic of the worker",
  job: "named variant of the type",
  result: "complete, error, warn, alert",
  state: "waiting, queued, sent, running …",
  workflow: "name of the workflow file",
  origin: "tick, child, file, manual …",
  id: "of the run, with its descendants",
  created: "today, -2h, 2026-05-01",
  decided: "when the record was made",
  started: "when the worker began",
  ended: "when the worker ended",
  finished: "when the result was recorded",
  task_time: "the time that the task is about",
  run: "run time: >5m, :10s..1m",
  queue: "time until it began: >30s",
  attempt: "from 0: >=1",
  record: "number of the record",
  info: 'words of the info: "2026-01"',
  msg: "words of the worker's message",
  meta: "words of the meta",
  note: "words of a note; * for any",
};
const TIMES: readonly (readonly [value: string, note: string])[] = [
  [":today", "since midnight"],
  [":yesterday", "the day before"],
  [">-1h", "the last hour"],
  [">-24h", "the last 24 hours"],
  [">-7d", "the last seven days"],
];
const DURATIONS: readonly (readonly [string, string])[] = [
  [">5m", "more than five minutes"],
  [">1h", "more than an hour"],
  ["<1s", "less than a second"],
];
const MOST = 8;

/** The word that is typed, from its beginning to the cursor. */
export function typedWord(text: string, cursor: number): string {
  return /(?:[^\s"]|"(?:[^"\\]|\\[^])*"?)*$/.exec(text.slice(0, cursor))?.[0] ?? "";
}

/** What the word may become: a field, or a value of its field. */
export function completionsOf(word: string, known: Known): readonly Completion[] {
  const match = /^(-?)(meta\.[^\s:]+|[a-z_]+)(:|[<>]=?)(.*)$/i.exec(word);
  if (match === null) return fields(word, known);
  const [, minus = "", name = "", operator = "", typed = ""] = match;
  const field = name.toLowerCase();
  const before = typed.slice(0, typed.lastIndexOf(",") + 1);
  const begun = typed.slice(before.length).replace(/^"/, "").toLowerCase();
  return values(field, operator, known)
    .filter(({ text }) => text.toLowerCase().includes(begun))
    .slice(0, MOST)
    .map(({ text, note }) => ({
      text: /^[:<>]/.test(text) ? `${minus}${name}${text}` : `${minus}${name}${operator}${before}${valueText(text)}`,
      note,
    }))
    .filter(({ text }) => text !== word);
}

function fields(word: string, { tasks }: Known): readonly Completion[] {
  const minus = word.startsWith("-") ? "-" : "";
  const begun = word.slice(minus.length).toLowerCase();
  if (begun.startsWith("meta."))
    return metaKeys(tasks)
      .map((key) => ({ text: `meta.${key}:`, note: "of the meta" }))
      .filter(({ text }) => text.toLowerCase().startsWith(begun))
      .slice(0, MOST)
      .map(({ text, note }) => ({ text: minus + text, note }));
  const names = [
    ...QUERY_FIELDS.map((field) => ({ text: `${field}:`, note: NOTES[field] ?? "" })),
    { text: "meta.", note: metaKeys(tasks).slice(0, 4).join(", ") },
  ];
  return names
    .filter(({ text }) => text.startsWith(begun))
    .slice(0, MOST)
    .map((each) => ({ ...each, text: minus + each.text }));
}

function metaKeys(tasks: readonly ShownTask[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { meta } of tasks.slice(0, 200))
    for (const [key] of metaPairs(meta)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([key]) => key);
}

function values(field: string, operator: string, { facets, tasks }: Known): readonly Completion[] {
  const pairs = (list: readonly (readonly [string, string])[]): readonly Completion[] =>
    list.filter(([value]) => value.startsWith(operator)).map(([value, note]) => ({ text: value, note }));
  if (TIME_FIELDS.some((each) => each === field)) return pairs(TIMES);
  if (DURATION_FIELDS.some((each) => each === field)) return operator === ":" ? [] : pairs(DURATIONS);
  if (NUMBER_FIELDS.some((each) => each === field)) return [];
  if (field.startsWith("meta.")) return metaValues(field, tasks);
  const counted = facets?.facets[field as keyof Facets["facets"]] ?? [];
  const closed =
    CLOSED_VALUES.get(field as never) ?? (field === "result" ? ["complete", "error", "warn", "alert"] : []);
  const found = counted
    .filter(({ value }) => value !== "")
    .map(({ value, count }) => ({ text: value, note: count.toLocaleString("en") }));
  return [
    ...found,
    ...closed.filter((each) => !found.some((one) => one.text === each)).map((each) => ({ text: each, note: "" })),
  ];
}

function metaValues(field: string, tasks: readonly ShownTask[]): readonly Completion[] {
  const counts = new Map<string, number>();
  for (const { meta } of tasks.slice(0, 500))
    for (const [key, value] of metaPairs(meta))
      if (`meta.${key}`.toLowerCase() === field) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([value]) => ({ text: value, note: "in this list" }));
}
