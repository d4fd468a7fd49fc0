import { type Filter, FILTERS, type Filters } from "../search.ts";

/** `type:load job:"a b" disk full` as filters. What has no name is searched for as a text. */
export function filtersOf(text: string): Filters {
  const filters: Partial<Record<Filter, string>> = {};
  const words: string[] = [];
  for (const [term = "", name, quoted, plain] of text.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g)) {
    const value = quoted ?? plain ?? "";
    const filter = FILTERS.find((one) => one === name);
    if (filter === undefined) words.push(name === undefined ? value : term);
    else if (value !== "") filters[filter] = value;
  }
  if (words.length > 0) filters.text = words.join(" ");
  return filters;
}

/** As a pill and as it is typed. */
export function termOf(filter: Filter, value: string): string {
  return `${filter}:${/[\s"]/.test(value) ? `"${value}"` : value}`;
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
