import { readTerms, termOf } from "../../../components/filter/filter-terms.ts";
import { type Filter, FILTERS, type Filters } from "../search.ts";

/** What is typed as filters. What has no name is searched for as a text. */
export function filtersOf(text: string): Filters {
  return readTerms(text, FILTERS, "text");
}

/** What the field offers: names, states, and what the shown alerts have. */
export function offers(
  alerts: readonly { readonly type: string; readonly job: string; readonly alert_type: string }[],
): readonly string[] {
  const of = (name: Filter, values: readonly string[]): readonly string[] =>
    [...new Set(values)]
      .filter((value) => value !== "")
      .toSorted()
      .map((value) => termOf(name, value));
  return [
    ...of("state", ["open", "acknowledged", "silenced", "resolved", "unresolved"]),
    ...of("severity", ["critical", "warning", "info"]),
    ...of(
      "type",
      alerts.map(({ type }) => type),
    ),
    ...of(
      "job",
      alerts.map(({ job }) => job),
    ),
    ...of(
      "alert",
      alerts.map(({ alert_type: type }) => type),
    ),
  ];
}
