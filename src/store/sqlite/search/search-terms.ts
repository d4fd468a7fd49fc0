import { metaText, termsOf } from "../../../contract/query/terms.ts";
import type { Pattern, Phrase, TaskQuery } from "../../../contract/query/task-query.ts";

/** Records per partition of `task_search`: SQLite scans all rows of a term. */
export const PARTITION = 32_768;
/** Enough for 55 billion records. */
const NAME_LENGTH = 4;
/** The shortest prefix that is looked up in the index: shorter ones match too many terms. */
const SHORTEST_BEGINNING = 3;
const ENDS_A_TERM = /^[\u0000-/:-@[-`{-\u007f]$/;

/** The prefix of each term of the record. */
export function partitionName(recordId: number): string {
  return Math.floor(recordId / PARTITION)
    .toString(36)
    .padStart(NAME_LENGTH, "0");
}

/** A text as stored in `task_search`. */
export function indexedTerms(text: string, name: string): string {
  if (text === "") return "";
  const terms = termsOf(text);
  return terms.length === 0 ? "" : name + terms.join(` ${name}`);
}

/** The workflow's name is indexed with the meta, which usually contains it anyway. */
export function indexedMeta(meta: string, workflow: string, name: string): string {
  return indexedTerms(workflow === "" ? metaText(meta) : `${metaText(meta)} ${workflow}`, name);
}

/** A condition on terms, the same for all partitions. */
export type TermCondition =
  | { readonly kind: "and" | "or"; readonly terms: readonly TermCondition[] }
  | { readonly kind: "word"; readonly word: string; readonly isBeginning: boolean };

/**
 * The part of a query that the terms can test: every record that matches the query passes, others may too. Null when
 * there is nothing to test.
 */
export function termConditionOf(query: TaskQuery): TermCondition | null {
  switch (query.kind) {
    case "and":
      return all(query.terms.map(termConditionOf));
    case "or":
      return any(query.terms.map(termConditionOf));
    case "words":
      // Notes are not indexed with the record.
      return query.field === "note" ? null : any(query.phrases.map(phraseCondition));
    case "meta":
      return any(query.values.map((value) => valueCondition(value) ?? all(termsOf(query.key).map(termCondition))));
    case "text":
      return query.field === "workflow" ? any(query.values.map(valueCondition)) : null;
    case "not":
    case "range":
    case "moment":
      return null;
  }
}

/** The FTS5 expression for the partition. */
export function matchExpression(condition: TermCondition, name: string): string {
  if (condition.kind === "word") return `"${name}${condition.word}"${condition.isBeginning ? "*" : ""}`;
  const terms = condition.terms.map((term) => matchExpression(term, name));
  return terms.length === 1 ? (terms[0] ?? "") : `(${terms.join(condition.kind === "and" ? " AND " : " OR ")})`;
}

function all(terms: readonly (TermCondition | null)[]): TermCondition | null {
  const known = terms.filter((term) => term !== null);
  return known.length === 0 ? null : { kind: "and", terms: known };
}

function any(terms: readonly (TermCondition | null)[]): TermCondition | null {
  const known = terms.filter((term) => term !== null);
  return known.length < terms.length || known.length === 0 ? null : { kind: "or", terms: known };
}

function termCondition(term: string): TermCondition {
  return { kind: "word", word: term, isBeginning: false };
}

function phraseCondition(phrase: Phrase): TermCondition | null {
  return all(
    phrase.map(([first = "", second, ...others]) => {
      if (second === undefined) return termCondition(first);
      const isBeginning = second === "" && others.length === 0 && first.length >= SHORTEST_BEGINNING;
      return isBeginning ? { kind: "word", word: first, isBeginning } : null;
    }),
  );
}

/** The complete terms of a pattern: beside a `*` a term may go on. */
function valueCondition(pattern: Pattern): TermCondition | null {
  const terms = pattern.flatMap((piece, index) => {
    const found = [...termsOf(piece)];
    if (index < pattern.length - 1 && !ENDS_A_TERM.test(piece.slice(-1))) found.pop();
    if (index > 0 && !ENDS_A_TERM.test(piece.slice(0, 1))) found.shift();
    return found;
  });
  return all([...new Set(terms)].map(termCondition));
}
