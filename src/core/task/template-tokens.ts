import { editDistance } from "../../contract/edit-distance.ts";

/** A token of a template; `docs/workflow-files.md` has a row for each. */
interface TemplateToken {
  readonly token: string;
  /** Which spellings count: `TS` only so, `host` in any case. */
  readonly form: RegExp;
}

export const TEMPLATE_TOKENS: readonly TemplateToken[] = [
  { token: "{yyyy}", form: /^\{[Yy]{4}\}$/ },
  { token: "{yy}", form: /^\{[Yy]{2}\}$/ },
  { token: "{mm}", form: /^\{[Mm]{2}\}$/ },
  { token: "{dd}", form: /^\{[Dd]{2}\}$/ },
  { token: "{hh}", form: /^\{[Hh]{2}\}$/ },
  { token: "{min}", form: /^\{min\}$/ },
  { token: "{TS}", form: /^\{TS\}$/ },
  { token: "{SLUG}", form: /^\{SLUG\}$/ },
  { token: "{HOUR_SLUG}", form: /^\{HOUR_SLUG\}$/ },
  { token: "{DAY_SLUG}", form: /^\{DAY_SLUG\}$/ },
  { token: "{MONTH_SLUG}", form: /^\{MONTH_SLUG\}$/ },
  { token: "{host}", form: /^\{host\}$/iu },
  { token: "{pod}", form: /^\{pod\}$/iu },
  { token: "{uuid}", form: /^\{uuid\}$/ },
  { token: "{meta:key}", form: /^\{meta:[^{}]+\}$/ },
];

/** What is odd about a token of a template. */
interface TokenIssue {
  readonly code: "unknown_token" | "month_for_minute" | "token_after_hash";
  readonly message: string;
  readonly remedy: string;
}

/** Words in braces. JSON, ranges like {1,2} and other text in braces are no tokens. */
const WORD_IN_BRACES = /\{\s*[A-Za-z][\w.-]{0,30}\s*\}|\{\s*meta\s*:[^{}]*\}/gi;
const ANY_TIME = /\{(?:[YyMmDdHh]{2}|[Yy]{4}|min|TS|(?:HOUR_|DAY_|MONTH_)?SLUG)\}/;
/** Words that mean a part of a date elsewhere. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["date", "{yyyy}-{mm}-{dd}"],
  ["ds", "{yyyy}-{mm}-{dd}"],
  ["yyyymmdd", "{yyyy}{mm}{dd}"],
  ["ds_nodash", "{yyyy}{mm}{dd}"],
  ["yyyy-mm-dd", "{yyyy}-{mm}-{dd}"],
  ["year", "{yyyy}"],
  ["y", "{yyyy}"],
  ["yyy", "{yyyy}"],
  ["month", "{mm}"],
  ["mon", "{mm}"],
  ["m", "{mm}"],
  ["day", "{dd}"],
  ["d", "{dd}"],
  ["hour", "{hh}"],
  ["h", "{hh}"],
  ["minute", "{min}"],
  ["mi", "{min}"],
  ["nn", "{min}"],
  ["ts", "{TS}"],
  ["timestamp", "{TS}"],
  ["file", "{meta:file}"],
  ["filename", "{meta:filename}"],
]);

/** Tokens that no task fills, and those that mean something else than they seem to. */
export function tokenIssues(template: string): readonly TokenIssue[] {
  const issues: TokenIssue[] = [];
  for (const [token] of template.matchAll(WORD_IN_BRACES)) {
    if (isToken(token)) continue;
    const near = meant(token);
    issues.push({
      code: "unknown_token",
      message: `${token} is no token of a template: it stays as it is.`,
      remedy: near === null ? "docs/workflow-files.md lists the tokens." : `Did you mean ${near}?`,
    });
  }
  const doubled = /\$\{(\w+)\}|\{\{(\w+)\}\}/.exec(template);
  if (doubled !== null && isToken(`{${doubled[1] ?? doubled[2]}}`)) {
    const token = `{${doubled[1] ?? doubled[2]}}`;
    issues.push({
      code: "unknown_token",
      message: `${doubled[0]} has more than the token ${token}: the rest stays beside its value.`,
      remedy: `Write ${token}.`,
    });
  }
  if (/%Y/.test(template)) {
    issues.push({
      code: "unknown_token",
      message: "%Y is no token of a template: it stays as it is.",
      remedy: "Write {yyyy}, {mm}, {dd}, {hh} and {min}.",
    });
  }
  const hours = /\{[Hh]{2}\}[:._-]?(\{[Mm]{2}\})/.exec(template);
  if (hours !== null) {
    issues.push({
      code: "month_for_minute",
      message: `${hours[1]} is the month, also behind an hour.`,
      remedy: "Write the minute as {min}.",
    });
  }
  const hash = template.indexOf("#");
  const late = hash > 0 ? ANY_TIME.exec(template.slice(hash)) : null;
  if (late !== null) {
    issues.push({
      code: "token_after_hash",
      message: `${late[0]} stands behind a #, where only {meta:key} is filled: it stays as it is.`,
      remedy: "Put it before the #.",
    });
  }
  return issues;
}

function isToken(text: string): boolean {
  return TEMPLATE_TOKENS.some(({ form }) => form.test(text));
}

function meant(token: string): string | null {
  const name = token.slice(1, -1).trim();
  const other = OTHER_NAMES.get(name.toLowerCase());
  if (other !== undefined) return other;
  const key = /^meta\s*:\s*(.*)$/i.exec(name)?.[1];
  if (key !== undefined) return key.trim() === "" ? null : `{meta:${key.trim()}}`;
  const [best] = TEMPLATE_TOKENS.map((one) => ({
    token: one.token,
    distance: editDistance(`{${name.toLowerCase()}}`, one.token.toLowerCase()),
  })).toSorted((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= (best.token.length <= 6 ? 1 : 2) ? best.token : null;
}
