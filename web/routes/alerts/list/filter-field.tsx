import { type ReactElement, useMemo } from "react";
import { PillField } from "../../../components/filter/pill-field.tsx";
import type { ShownAlert } from "../alerts-queries.ts";
import { FILTERS, type Filters, readSearch, without } from "../search.ts";
import { termOf } from "../../../components/filter/filter-terms.ts";
import { filtersOf, offers } from "./filter-terms.ts";

interface Props {
  readonly filters: Filters;
  /** What is shown, to complete what is typed. */
  readonly alerts: readonly ShownAlert[];
  readonly onFilters: (filters: Filters) => void;
}

/** The conditions as pills, and a field to add one. */
export function FilterField({ filters, alerts, onFilters }: Props): ReactElement {
  const terms = useMemo(() => offers(alerts), [alerts]);
  const set = FILTERS.filter((name) => filters[name] !== undefined);
  const add = (text: string): string => {
    const typed = filtersOf(text);
    const known = readSearch({ ...typed }) as Filters;
    const wrong = FILTERS.find((name) => typed[name] !== undefined && known[name] === undefined);
    if (wrong !== undefined) return `There is no ${wrong} "${typed[wrong] ?? ""}".`;
    onFilters({ ...filters, ...typed });
    return "";
  };
  return (
    <PillField
      label="Filter alerts"
      placeholder="type: job: alert: severity: state: or words"
      terms={set.map((name) => termOf(name, filters[name] ?? ""))}
      offers={terms}
      onRemove={(index) => {
        const name = set[index];
        if (name !== undefined) onFilters(without(filters, name));
      }}
      onAdd={add}
    />
  );
}
