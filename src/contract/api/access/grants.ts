/**
 * What a user or key may do, and to what, as a text: `operator`, `operator on workflow:sales/*, type:load` or
 * `viewer; operator on workflow:sales/*`. The only place that reads and prints it. In EBNF:
 *
 *     grants = grant , { ";" , grant } ;
 *     grant  = role , [ "on" , term , { "," , term } ] ;
 *     term   = ( "workflow" | "type" ) , ":" , ( bare | quoted ) ;
 *
 * A value is one of the query language: `*` matches anything, also `/`; `\*` is a star; quotes are for spaces, commas and semicolons.
 */
import type { Pattern } from "../../query/task-query.ts";
import { patternOf } from "../../query/task-query-values.ts";
import { type Role, ROLES } from "./role.ts";
import { isWithinScope, type Scope, SCOPE_FIELDS, type ScopeTerm } from "./scope.ts";

export interface Grant {
  readonly role: Role;
  /** Null: everything. */
  readonly scope: Scope | null;
}

/** At most one of a role, and none that another includes. None: may do nothing. */
export type Grants = readonly Grant[];

/** May do everything. */
export const ADMIN: Grants = [{ role: "admin", scope: null }];

/** Longest text, and most terms of one. */
export const GRANTS_MAX = 1000;
const TERMS_MAX = 20;

/** The text says no grants; the message says what would be right. */
export class GrantsError extends Error {
  override readonly name = "GrantsError";
}

const BLANKS = /\s*/y;
const ROLE = /[A-Za-z]+/y;
const ON = /on(?=\s)/y;
const FIELD = /[A-Za-z]+(?=:)/y;
const BARE = /[^\s,;"]+/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)"/y;
const EXAMPLE = "write it as in operator, or operator on workflow:sales/*, type:load; viewer";

/** Throws GrantsError. */
export function parseGrants(text: string): Grants {
  if (text.length > GRANTS_MAX)
    throw new GrantsError(`The role has ${text.length} characters; at most ${GRANTS_MAX} are allowed.`);
  if (/\p{Cc}/u.test(text)) throw new GrantsError(`The role has a control character; ${EXAMPLE}.`);
  const grants = new Parser(text).grants();
  const terms = grants.reduce((sum, { scope }) => sum + (scope?.length ?? 0), 0);
  if (terms > TERMS_MAX)
    throw new GrantsError(`The role names ${terms} workflows and types; at most ${TERMS_MAX} are allowed.`);
  return merged(grants);
}

/** As `parseGrants` reads it. */
export function grantsText(grants: Grants): string {
  return grants.map(({ role, scope }) => (scope === null ? role : `${role} on ${scopeText(scope)}`)).join("; ");
}

export function scopeText(scope: Scope): string {
  return scope.map(({ field, pattern }) => `${field}:${patternText(pattern)}`).join(", ");
}

/** Of roles, whatever their scopes: whether who has the one may do all that the other may. */
export function includes(role: Role, other: Role): boolean {
  if (other === "auditor") return role === "auditor" || role === "admin";
  return role !== "auditor" && LADDER.indexOf(role) >= LADDER.indexOf(other);
}

/** Whether the grants allow nothing that the others do not. */
export function areWithin(grants: Grants, others: Grants): boolean {
  return grants.every((grant) => {
    const scope = scopeOf(others, (role) => includes(role, grant.role));
    return scope !== undefined && isWithinScope(grant.scope, scope);
  });
}

/** To what the grants of these roles reach, together; null: everything, undefined: there is none. */
export function scopeOf(grants: Grants, isOne: (role: Role) => boolean): Scope | null | undefined {
  const scopes = grants.filter(({ role }) => isOne(role)).map(({ scope }) => scope);
  if (scopes.length === 0) return undefined;
  return scopes.includes(null) ? null : scopes.flatMap((scope) => scope ?? []);
}

/** Each may do what those before it may. */
const LADDER: readonly Role[] = ["viewer", "operator", "admin"];

/** One grant for each role, without what others include. */
function merged(grants: readonly Grant[]): Grants {
  const roles = [...new Set(grants.map(({ role }) => role))];
  const byRole = roles.map((role) => ({ role, scope: withoutDoubles(scopeOf(grants, (one) => one === role) ?? null) }));
  return byRole.filter((grant) => {
    const others = byRole.filter((other) => other !== grant);
    return !areWithin([grant], others);
  });
}

function withoutDoubles(scope: Scope | null): Scope | null {
  if (scope === null) return null;
  return scope.filter((term, at) => !scope.some((other, index) => index !== at && doubles(term, other, index < at)));
}

/** Of two that say the same, the first stays. */
function doubles(term: ScopeTerm, other: ScopeTerm, isBefore: boolean): boolean {
  return isWithinScope([term], [other]) && (isBefore || !isWithinScope([other], [term]));
}

function patternText(pattern: Pattern): string {
  const escaped = pattern.map((piece) => piece.replaceAll(/[\\*"]/g, String.raw`\$&`)).join("*");
  return /^[^\s,;"]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  grants(): readonly Grant[] {
    const found = [this.#grant()];
    while (this.#takes(";")) found.push(this.#grant());
    if (this.#at < this.#text.length) throw this.#unexpected("the end, a comma or a semicolon");
    return found;
  }

  #grant(): Grant {
    const name = this.#take(ROLE)?.[0] ?? "";
    const role = ROLES.find((one) => one === name);
    if (role === undefined)
      throw new GrantsError(`${JSON.stringify(name)} is not a role: it is one of ${ROLES.join(", ")}; ${EXAMPLE}.`);
    if (this.#take(ON) === null) return { role, scope: null };
    const scope = [this.#term()];
    while (this.#takes(",")) scope.push(this.#term());
    return { role, scope };
  }

  #term(): ScopeTerm {
    const name = this.#take(FIELD)?.[0];
    const field = SCOPE_FIELDS.find((one) => one === name);
    if (field === undefined) throw this.#unexpected("workflow: or type:");
    this.#at += 1;
    const escaped = this.#here(QUOTED)?.[1] ?? this.#here(BARE)?.[0] ?? "";
    const pattern = patternOf({ escaped, offset: 0, length: 0 });
    if (pattern.every((piece) => piece === ""))
      throw new GrantsError(`${field}:${escaped} is nothing or everything: for everything leave "on …" out.`);
    if (field === "workflow" && /^\/|(?:^|\/)\.{1,2}(?:\/|$)/.test(escaped))
      throw new GrantsError(
        `workflow:${escaped} is no path that a workflow file has: it begins below the folder of the workflows, without . and ..`,
      );
    return { field, pattern };
  }

  #takes(sign: string): boolean {
    this.#here(BLANKS);
    const isThere = this.#text[this.#at] === sign;
    if (isThere) this.#at += 1;
    return isThere;
  }

  #take(form: RegExp): RegExpExecArray | null {
    this.#here(BLANKS);
    return this.#here(form);
  }

  #here(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #unexpected(expected: string): GrantsError {
    const rest = this.#text.slice(this.#at, this.#at + 30);
    return new GrantsError(`Before ${JSON.stringify(rest)} there should be ${expected}; ${EXAMPLE}.`);
  }
}
