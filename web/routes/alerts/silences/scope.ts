import { SEVERITIES } from "../../../../src/contract/api/alerts/alert-names.ts";
import type { AlertAnswer } from "../../../../src/contract/api/alerts/alert-api.ts";
import type { Matcher, Scope } from "../alerts-queries.ts";
import type { DraftScope } from "../search.ts";

/** What can be matched, in the words of the page. */
export const MATCHED = {
  types: "type",
  jobs: "job",
  alerts: "alert",
  workflows: "workflow",
  severities: "severity",
} as const;
export type MatchedList = keyof typeof MATCHED;

/** A line of the form: all must match. `*` stands for any text, commas separate several. */
export interface MatchLine {
  readonly of: MatchedList | "label" | "only";
  /** The key of a label. */
  readonly key: string;
  readonly value: string;
}

/** Of what was selected: what its alerts have in common. */
export function draftOfAlerts(
  alerts: readonly Pick<AlertAnswer, "id" | "type" | "job" | "workflow" | "alert_type">[],
): DraftScope {
  const [first] = alerts;
  if (first === undefined) return {};
  // Without a task, only its kind and its file tell what it is about.
  if (alerts.length === 1 && first.type === "") return { alert: first.id };
  const of = (field: "type" | "job" | "workflow" | "alert_type"): readonly string[] => [
    ...new Set(alerts.map((alert) => alert[field])),
  ];
  const types = of("type").filter((type) => type !== "");
  if (types.length === 0) return { alerts: of("alert_type") };
  const jobs = of("job");
  return { types, ...(jobs.includes("") ? {} : { jobs }) };
}

export function linesOf(draft: DraftScope): readonly MatchLine[] {
  if (draft.alert !== undefined) return [{ of: "only", key: "", value: String(draft.alert) }];
  const lists = (Object.keys(MATCHED) as MatchedList[]).flatMap((of): MatchLine[] => {
    const values = draft[of] ?? [];
    return values.length === 0 ? [] : [{ of, key: "", value: values.join(", ") }];
  });
  const labels = Object.entries(draft.labels ?? {}).map(([key, value]): MatchLine => ({ of: "label", key, value }));
  return [...lists, ...labels];
}

export function scopeOf(lines: readonly MatchLine[]): Scope {
  const only = lines.find(({ of }) => of === "only");
  const values = (list: MatchedList): string[] =>
    lines
      .filter(({ of }) => of === list)
      .flatMap(({ value }) => value.split(","))
      .map((value) => value.trim())
      .filter((value) => value !== "");
  const labels = lines.filter(({ of, key }) => of === "label" && key !== "").map(({ key, value }) => [key, value]);
  const matcher: Matcher = {
    alerts: values("alerts"),
    types: values("types"),
    jobs: values("jobs"),
    workflows: values("workflows"),
    severities: SEVERITIES.filter((one) => values("severities").includes(one)),
    labels: Object.fromEntries(labels) as Record<string, string>,
  };
  return { alert_id: only === undefined ? null : Number(only.value), matcher };
}

/** `type:load, job:warehouse`, for people. */
export function scopeTerms(scope: Scope): readonly string[] {
  if (scope.alert_id !== null) return [`alert ${scope.alert_id}`];
  const lists = (Object.keys(MATCHED) as MatchedList[]).flatMap((of) =>
    scope.matcher[of].length === 0 ? [] : [`${MATCHED[of]}:${scope.matcher[of].join(",")}`],
  );
  const terms = [...lists, ...Object.entries(scope.matcher.labels).map(([key, value]) => `meta.${key}:${value}`)];
  return terms.length === 0 ? ["every alert"] : terms;
}
