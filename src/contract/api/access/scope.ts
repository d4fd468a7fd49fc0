/** The part of an instance that a grant is about. */
import { matchesTermPattern } from "../../query/task-query-match.ts";
import type { Pattern, TaskQuery } from "../../query/task-query.ts";

export const SCOPE_FIELDS = ["workflow", "type"] as const;

/** `workflow`: the path of a workflow file, as the field `workflow` of a task has it; `type`: that of a task. */
export interface ScopeTerm {
  readonly field: (typeof SCOPE_FIELDS)[number];
  readonly pattern: Pattern;
}

/** What any of the terms matches. Null, where it is allowed, is everything. */
export type Scope = readonly ScopeTerm[];

/** What a scope looks at. Null: it has none. */
export interface Scoped {
  readonly type?: string | null;
  readonly workflow?: string | null;
}

/** Whether it is in the scope. What has neither a type nor a workflow is in none. */
export function isInScope(scope: Scope | null, row: Scoped): boolean {
  return scope === null || scope.some(({ field, pattern }) => matchesTermPattern(pattern, row[field] ?? ""));
}

/** The same as a condition on tasks. */
export function scopeQuery(scope: Scope): TaskQuery {
  const terms = SCOPE_FIELDS.flatMap((field): TaskQuery[] => {
    const values = scope.filter((term) => term.field === field).map(({ pattern }) => pattern);
    return values.length === 0 ? [] : [{ kind: "text", field, values }];
  });
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind: "or", terms };
}

/** A query for what is in the scope alone. */
export function within(scope: Scope | null, query: TaskQuery): TaskQuery {
  if (scope === null) return query;
  return { kind: "and", terms: [...(query.kind === "and" ? query.terms : [query]), scopeQuery(scope)] };
}

/** Whether the scope reaches no further than the other. Sure of a yes; a term that only several of the other cover together is a no. */
export function isWithinScope(scope: Scope | null, other: Scope | null): boolean {
  if (other === null) return true;
  if (scope === null) return false;
  return scope.every((term) => other.some((wider) => covers(wider, term)));
}

/** In no name of a type or file, so that only the wildcard of the wider one matches it. */
const ANYTHING = "\u0000";

function covers(wider: ScopeTerm, term: ScopeTerm): boolean {
  return wider.field === term.field && matchesTermPattern(wider.pattern, term.pattern.join(ANYTHING));
}
