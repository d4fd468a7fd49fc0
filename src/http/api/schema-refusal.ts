import type { z } from "zod";

type RawIssue = z.core.$ZodRawIssue;

/** Names of parameters that a refusal lists at most. */
const MAX_LISTED = 40;

/**
 * What a part of a request has to be; the pointer says which part. Undefined: Zod's own
 * words. The value itself is not repeated: it may be a secret.
 */
export function schemaRefusal(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "missing; " : ""}must be ${kindOf(issue.expected)}`;
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return unionRefusal(issue);
    case "too_big":
      return `must ${bound("at most", issue.maximum, issue.origin)}`;
    case "too_small":
      return `must ${bound("at least", issue.minimum, issue.origin)}`;
    case "invalid_format":
      return FORMATS[issue.format];
    case "unrecognized_keys":
      return `unknown; ${known(issue.inst)}`;
    default:
      return undefined;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: "must be a time like 2026-01-31T04:00:00Z",
  date: "must be a day like 2026-01-31",
};

function kindOf(expected: string): string {
  return KINDS[expected] ?? expected;
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value) ?? "nothing");
  return shown.length === 1 ? `must be ${shown[0] ?? ""}` : `must be one of ${shown.join(", ")}`;
}

function bound(limit: string, count: unknown, origin: string): string {
  if (origin === "string") return `have ${limit} ${String(count)} characters`;
  if (origin === "array" || origin === "set") return `have ${limit} ${String(count)} items`;
  if (origin === "object" || origin === "map") return `have ${limit} ${String(count)} keys`;
  return `be ${limit} ${String(count)}`;
}

function unionRefusal(issue: Extract<RawIssue, { code: "invalid_union" }>): string | undefined {
  const { options } = issue as { readonly options?: readonly unknown[] };
  if (options !== undefined) return oneOf(options);
  const ways = issue.errors.map(([first]) => first?.message).filter((message) => message !== undefined);
  return ways.length === 0 ? undefined : [...new Set(ways)].join(", or ");
}

function known(schema: unknown): string {
  const { shape } = (schema ?? {}) as { readonly shape?: object };
  const names = Object.keys(shape ?? {});
  if (names.length === 0) return "nothing is taken here";
  return `there is ${names.slice(0, MAX_LISTED).join(", ")}${names.length > MAX_LISTED ? ", …" : ""}`;
}
