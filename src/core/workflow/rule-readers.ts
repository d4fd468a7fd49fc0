import type { Values } from "../task/values.ts";
import { percentDecode, parseQuery } from "../text/query.ts";

/** A rule string as its two readers see it. */
export interface RuleText {
  /**
   * For cron, offset, for, by, meta and meta-file: `#` ends the rule, `;` has no meaning. Empty when `refusal` says why the
   * complete rule is rejected.
   */
  readonly strict: Values;
  readonly refusal: string | null;
  /** For everything else: a pair with `;` or a bad `%` is dropped, `#` has no meaning. */
  readonly lenient: Values;
  readonly hasDropped: boolean;
}

const NO_VALUES: Values = new Map();

export function readRuleText(rule: string): RuleText {
  const { values: lenient, error: hasDropped } = parseQuery(rule);
  const hash = rule.indexOf("#");
  const query = hash < 0 ? rule : rule.slice(0, hash);
  const refusal = ruleErrorOf(query, hash < 0 ? "" : rule.slice(hash + 1));
  const strict = refusal === null ? parseQuery(query.replaceAll(";", "%3B")).values : NO_VALUES;
  return { strict, refusal, lenient, hasDropped };
}

function ruleErrorOf(query: string, fragment: string): string | null {
  if (/[\u0000-\u001f\u007f]/.test(query)) return "it has a control character";
  if (percentDecode(query) === null || percentDecode(fragment) === null) return "a % is not followed by two hex digits";
  return null;
}

export interface Columns {
  /** Up to the first item that cannot be read. */
  readonly columns: Values;
  readonly error: string | null;
}

/**
 * `key:a,b|key2:1,2`, also given in several parts. A repeated key replaces the earlier one, an empty key is kept; a key
 * without values has none, not an empty one. A line end cuts the values.
 */
export function readColumns(parts: readonly string[]): Columns {
  const columns = new Map<string, readonly string[]>();
  for (const item of parts.flatMap((part) => part.split("|"))) {
    const match = /^([^\n]*?):([^\n]*)/.exec(item);
    if (match === null) return { columns, error: `"${item}" is not key:value` };
    const [, key = "", list = ""] = match;
    columns.set(key, list === "" ? [] : list.split(","));
  }
  return { columns, error: null };
}
