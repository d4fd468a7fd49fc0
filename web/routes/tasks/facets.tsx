import type { ReactElement } from "react";
import { count } from "../../services/format.ts";
import type { Facets } from "./tasks-queries.ts";

const FIELDS = ["result", "state", "type", "job", "workflow"] as const;
const MOST = 8;

interface Props {
  readonly facets: Facets | undefined;
  readonly onAdd: (condition: string) => void;
}

/** What the matches are, with counts; each can be added to the query. */
export function FacetList({ facets, onAdd }: Props): ReactElement {
  return (
    <aside
      aria-label="What they are"
      className="w-47 shrink-0 overflow-auto border-r border-line px-3 py-2 text-small max-[1100px]:hidden"
    >
      {FIELDS.map((field) => {
        const values = facets?.facets[field].filter(({ value }) => value !== "").slice(0, MOST) ?? [];
        if (values.length === 0) return null;
        return (
          <section key={field} className="mb-3">
            <h2 className="mb-1 text-ink-3 first-letter:uppercase">{field}</h2>
            <ul>
              {values.map(({ value, count: of }) => (
                <li key={value}>
                  <button
                    type="button"
                    className="flex h-6 w-full items-center justify-between gap-2 rounded-control px-1 text-left hover:bg-surface-3"
                    onClick={() => onAdd(`${field}:${quoted(value)}`)}
                  >
                    <span className="truncate">{value}</span>
                    <span className="text-ink-3">{count(of)}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </aside>
  );
}

/** A value of the query language that means exactly this text. */
function quoted(value: string): string {
  return /^[\w./-]+$/.test(value) ? value : `"${value.replaceAll(/[\\"*]/g, String.raw`\$&`)}"`;
}
