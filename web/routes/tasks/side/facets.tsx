import { useQueries } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { Mark, type Status } from "../../../components/mark.tsx";
import { count } from "../../../services/format.ts";
import { valuesOf, withField, withValues } from "../query/terms.ts";
import { type Facets, facetsQuery } from "../tasks-queries.ts";

type Field = keyof Facets["facets"];

const FIELDS: readonly { readonly field: Field; readonly name: string }[] = [
  { field: "result", name: "Result" },
  { field: "state", name: "State" },
  { field: "type", name: "Type" },
  { field: "job", name: "Job" },
  { field: "workflow", name: "Workflow" },
];
const MARKS: Readonly<Record<string, Status>> = {
  complete: "complete",
  warn: "warn",
  error: "error",
  alert: "alert",
  waiting: "waiting",
  queued: "queued",
  sent: "sent",
  running: "running",
  overdue: "overdue",
  cancelled: "cancelled",
};
const MOST = 8;

interface Props {
  readonly query: string;
  readonly tz: string;
  readonly onSearch: (query: string) => void;
}

/** What the matches are, with counts. A field that the query asks for shows what else there would be. */
export function FacetList({ query, tz, onSearch }: Props): ReactElement {
  const asked = FIELDS.map(({ field }) =>
    valuesOf(query, field).length === 0 ? query : withField(query, field, null),
  );
  const kinds = [...new Set(asked)];
  const found = useQueries({ queries: kinds.map((each) => facetsQuery({ query: each, tz })) });
  const counted = found[kinds.indexOf(query)]?.data ?? found[0]?.data;
  return (
    <>
      {counted?.total_is === "at_least" && (
        <p className="px-2 pb-1 text-small text-ink-3">Of the newest {count(counted.total)}:</p>
      )}
      {FIELDS.map(({ field, name }, index) => {
        const facets = found[kinds.indexOf(asked[index] ?? query)]?.data;
        const chosen = valuesOf(query, field);
        const values = rows(facets?.facets[field] ?? [], chosen);
        const toggle = (value: string): void => {
          const next = chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value];
          onSearch(withValues(query, field, next));
        };
        return values.length === 0 ? null : (
          <FacetSection key={field} name={name} values={values} chosen={chosen} onToggle={toggle} />
        );
      })}
    </>
  );
}

interface Value {
  readonly value: string;
  readonly count: number;
}

/** The most frequent, and each that is chosen. */
function rows(values: readonly Value[], chosen: readonly string[]): readonly Value[] {
  const named = values.filter(({ value }) => value !== "");
  const frequent = named.slice(0, MOST);
  const others = chosen.filter((value) => !frequent.some((each) => each.value === value));
  return [
    ...frequent,
    ...others.map((value) => ({ value, count: named.find((each) => each.value === value)?.count ?? 0 })),
  ];
}

interface SectionProps {
  readonly name: string;
  readonly values: readonly Value[];
  readonly chosen: readonly string[];
  readonly onToggle: (value: string) => void;
}

function FacetSection({ name, values, chosen, onToggle }: SectionProps): ReactElement {
  return (
    <fieldset className="pb-3 text-small">
      <legend className="px-2 py-1 text-ink-3">{name}</legend>
      <ul>
        {values.map(({ value, count: of }) => (
          <li key={value}>
            <label className="flex h-6 cursor-pointer items-center gap-1.75 rounded-control px-2 hover:bg-surface-3">
              <input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(value)} />
              {MARKS[value] !== undefined && (
                <span data-status={MARKS[value]} className="contents">
                  <Mark status={MARKS[value]} />
                </span>
              )}
              <span className="min-w-0 flex-1 truncate" title={value}>
                {value}
              </span>
              <span className="text-ink-3">{count(of)}</span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
