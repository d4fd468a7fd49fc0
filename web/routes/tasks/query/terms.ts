import { parseTaskQuery } from "../../../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../../../src/contract/query/task-query-values.ts";
import {
  type Pattern,
  type TaskQuery,
  TaskQueryError,
  type TextField,
} from "../../../../src/contract/query/task-query.ts";
import { valueText } from "../../../services/query-text.ts";

const FIELD = /^(meta\.[^\s:=<>"(),]+|[A-Za-z_]+)(?::?>=|:?<=|:?>|:?<|:|=)/;

/** The zone moves times, and makes nothing right or wrong. */
function parse(text: string): TaskQuery {
  return parseTaskQuery(text, utcClock(Date.now()));
}

/** What is wrong with it, as the server would say; null: nothing is. */
export function mistakeIn(text: string): TaskQueryError | null {
  try {
    parse(text);
    return null;
  } catch (error) {
    if (error instanceof TaskQueryError) return error;
    throw error;
  }
}

/**
 * The conditions and words that must all match, as they are written. A query of alternatives (`a OR b`) is one term, and so is
 * a text that cannot be read.
 */
export function splitTerms(query: string): readonly string[] {
  if (query.trim() === "") return [];
  const pieces = splitAtSpaces(query);
  if (pieces.includes("OR") || mistakeIn(query) !== null) return [query.trim()];
  const terms: string[] = [];
  let prefix = "";
  for (const piece of pieces) {
    if (piece === "AND") continue;
    if (piece === "NOT") prefix += "NOT ";
    else {
      terms.push(prefix + piece);
      prefix = "";
    }
  }
  return terms;
}

/** At the spaces outside of quotes and parentheses. */
function splitAtSpaces(query: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  let depth = 0;
  let isQuoted = false;
  const end = (at: number): void => {
    if (at > from) pieces.push(query.slice(from, at));
    from = at + 1;
  };
  for (let at = 0; at < query.length; at++) {
    const char = query.charAt(at);
    if (isQuoted) {
      if (char === "\\") at += 1;
      else if (char === '"') isQuoted = false;
    } else if (char === '"') isQuoted = true;
    else if (char === "(") depth += 1;
    else if (char === ")") depth -= 1;
    else if (depth === 0 && /\s/.test(char)) end(at);
  }
  end(query.length);
  return pieces;
}

/** Both must match; alternatives get parentheses, so that they keep their meaning. */
export function both(query: string, added: string): string {
  const whole = (text: string): string => (splitAtSpaces(text).includes("OR") ? `(${text.trim()})` : text.trim());
  if (query.trim() === "") return added.trim();
  return added.trim() === "" ? query.trim() : `${whole(query)} ${whole(added)}`;
}

export function without(query: string, term: string): string {
  const terms = splitTerms(query);
  const at = terms.indexOf(term);
  return terms.filter((_, index) => index !== at).join(" ");
}

/** The field that a term asks for, `meta.file` too; null: words, a group or a negation. */
export function fieldOfTerm(term: string): string | null {
  return FIELD.exec(term)?.[1]?.toLowerCase() ?? null;
}

/** The query with this instead of what it says of the field; null: it says nothing of it. */
export function withField(query: string, field: string, term: string | null): string {
  const terms = splitTerms(query);
  const at = terms.findIndex((each) => fieldOfTerm(each) === field);
  const others = terms.filter((each) => fieldOfTerm(each) !== field);
  if (term === null) return others.join(" ");
  if (at < 0) return both(query, term);
  return [...others.slice(0, at), term, ...others.slice(at)].join(" ");
}

/** The exact values, of which the field must have one; none: the query does not say. */
export function valuesOf(query: string, field: TextField): readonly string[] {
  const terms = splitTerms(query).filter((term) => fieldOfTerm(term) === field);
  const [only] = terms;
  if (only === undefined || terms.length > 1 || mistakeIn(only) !== null) return [];
  const condition = parse(only);
  return condition.kind === "text" ? condition.values.filter(isExact).map(([value = ""]) => value) : [];
}

function isExact(pattern: Pattern): boolean {
  return pattern.length === 1;
}

/** With one of these values in the field; none: any. */
export function withValues(query: string, field: string, values: readonly string[]): string {
  return withField(query, field, values.length === 0 ? null : `${field}:${values.map(valueText).join(",")}`);
}

/** It finds only failures that nothing made well yet. */
export function isOfUnresolved(query: string): boolean {
  return splitTerms(query).includes("unresolved:true");
}
