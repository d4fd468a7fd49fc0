import { type ReactElement, useId, useMemo, useState } from "react";
import { Icon } from "../../../components/icon.tsx";
import { Pill } from "../../../components/pill.tsx";
import type { ShownAlert } from "../alerts-queries.ts";
import { type Filter, FILTERS, type Filters, readSearch, without } from "../search.ts";
import { filtersOf, offers, termOf } from "./filter-terms.ts";

interface Props {
  readonly filters: Filters;
  /** What is shown, to complete what is typed. */
  readonly alerts: readonly ShownAlert[];
  readonly onFilters: (filters: Filters) => void;
}

/** The conditions as pills, and a field to add one. */
export function FilterField({ filters, alerts, onFilters }: Props): ReactElement {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const list = useId();
  const terms = useMemo(() => offers(alerts), [alerts]);
  const set = FILTERS.flatMap((name) => {
    const value = filters[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const add = (): void => {
    const typed = filtersOf(text);
    const known = readSearch({ ...typed }) as Filters;
    const wrong = FILTERS.find((name) => typed[name] !== undefined && known[name] === undefined);
    setProblem(wrong === undefined ? "" : `There is no ${wrong} "${typed[wrong] ?? ""}".`);
    if (wrong !== undefined) return;
    setText("");
    onFilters({ ...filters, ...typed });
  };
  const remove = (name: Filter): void => onFilters(without(filters, name));
  return (
    <form
      role="search"
      aria-label="Filter alerts"
      className="min-w-0 flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== "") add();
      }}
    >
      <div className="flex min-h-(--control) flex-wrap items-center gap-1.5 rounded-control border border-line-control bg-surface px-2 py-0.5 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent">
        <Icon name="search" size={14} />
        {set.map(([name, value]) => (
          <Pill key={name} removeLabel={`Remove ${termOf(name, value)}`} onRemove={() => remove(name)}>
            {termOf(name, value)}
          </Pill>
        ))}
        <input
          id="search"
          value={text}
          list={list}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            const last = set.at(-1);
            if (event.key === "Backspace" && text === "" && last !== undefined) remove(last[0]);
          }}
          aria-label="Filter alerts"
          aria-invalid={problem !== ""}
          placeholder={set.length === 0 ? "type: job: alert: severity: state: or words" : ""}
          spellCheck={false}
          autoComplete="off"
          className="h-6 min-w-30 flex-1 font-mono text-small outline-none"
        />
        <datalist id={list}>
          {terms.map((term) => (
            <option key={term}>{term}</option>
          ))}
        </datalist>
      </div>
      <p role="status" className="text-small text-error-text empty:hidden">
        {problem}
      </p>
    </form>
  );
}
