import { matchesTermPattern } from "../../contract/query/task-query-match.ts";
import { parseMeta } from "../task/meta.ts";
import type { Severity } from "../workflow/phase.ts";
import type { Values } from "../task/values.ts";

/** Which alerts a channel or a silence is about. An empty list matches everything; all lists must match. */
export interface AlertMatcher {
  /** Types of alert, like `incomplete`. */
  readonly alerts: readonly string[];
  /** Types of task; `*` matches any text. */
  readonly types: readonly string[];
  readonly jobs: readonly string[];
  readonly workflows: readonly string[];
  readonly severities: readonly Severity[];
  /** Keys of the task's meta, and the value of each; `*` matches any text. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Matches every alert. */
export const ANY_ALERT: AlertMatcher = { alerts: [], types: [], jobs: [], workflows: [], severities: [], labels: {} };

/** The fields that a matcher compares. */
export interface MatchedAlert {
  readonly type: string;
  readonly severity: Severity;
  readonly taskType: string;
  readonly job: string;
  readonly workflow: string;
  /** Meta of the task, a query string. */
  readonly labels: string;
}

/** Whether the matcher matches the alert. A label with several values matches when one of them does. */
export function matchesAlert(matcher: AlertMatcher, alert: MatchedAlert): boolean {
  return (
    isOneOf(matcher.alerts, alert.type) &&
    isOneOf(matcher.types, alert.taskType) &&
    isOneOf(matcher.jobs, alert.job) &&
    isOneOf(matcher.workflows, alert.workflow) &&
    isOneOf(matcher.severities, alert.severity) &&
    hasLabels(matcher.labels, alert.labels)
  );
}

function isOneOf(patterns: readonly string[], text: string): boolean {
  return patterns.length === 0 || patterns.some((pattern) => matchesWildcard(pattern, text));
}

function hasLabels(expected: AlertMatcher["labels"], labels: string): boolean {
  const pairs = Object.entries(expected);
  if (pairs.length === 0) return true;
  const values: Values = parseMeta(labels);
  return pairs.every(([key, pattern]) => values.get(key)?.some((value) => matchesWildcard(pattern, value)) === true);
}

/** `*` matches any text, even an empty one; everything else matches itself. */
export function matchesWildcard(pattern: string, text: string): boolean {
  return matchesTermPattern(pattern.split("*"), text);
}
