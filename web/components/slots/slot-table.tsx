import { type ReactElement, useMemo, useState } from "react";
import { count } from "../../services/format.ts";
import { Button } from "../button.tsx";
import { Head, TABLE } from "../table.tsx";
import type { Slot, SlotColumn, SlotRow, SlotState } from "./slot.ts";

const PAGE = 200;

interface Props {
  readonly label: string;
  /** What a row is, as in "Day". */
  readonly rowName: string;
  readonly columns: readonly SlotColumn[];
  readonly rows: readonly SlotRow[];
  readonly slotAt: (row: number, column: number) => Slot | null;
  /** The states that are counted, and their words. */
  readonly states: readonly { readonly state: SlotState; readonly word: string }[];
}

/** What a heatmap shows, as numbers: for each row how many slots are in which state, and which they are. */
export function SlotTable({ label, rowName, columns, rows, slotAt, states }: Props): ReactElement {
  const [shown, setShown] = useState(PAGE);
  const lines = useMemo(
    () =>
      rows.slice(0, shown).map((row, index) => {
        const names = new Map<SlotState, string[]>(states.map(({ state }) => [state, []]));
        columns.forEach(({ name }, column) => {
          const slot = slotAt(index, column);
          if (slot !== null) names.get(slot.state)?.push(name);
        });
        return { row, names };
      }),
    [rows, columns, slotAt, states, shown],
  );
  return (
    <div className="max-h-120 overflow-auto" tabIndex={0} role="region" aria-label={label}>
      <table className={TABLE}>
        <thead>
          <tr>
            <Head>{rowName}</Head>
            {states.map(({ state, word }) => (
              <Head key={state}>{word}</Head>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ row, names }) => (
            <tr key={row.key}>
              <th scope="row" className="border-b border-line px-2 text-left font-normal whitespace-nowrap">
                {row.label}
              </th>
              {states.map(({ state }) => {
                const own = names.get(state) ?? [];
                return (
                  <td key={state} className={own.length === 0 ? "text-ink-3" : ""} title={own.join(", ")}>
                    {count(own.length)}
                    {own.length > 0 && own.length <= 6 && own.length < columns.length && (
                      <span className="ml-2 text-ink-3">{own.join(", ")}</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button kind="bare" className="text-accent!" onClick={() => setShown(shown + PAGE)}>
          Show more of {count(rows.length)} rows
        </Button>
      )}
    </div>
  );
}
