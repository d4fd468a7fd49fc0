import type { ReactElement } from "react";
import type { SlotState } from "../../../components/slots/slot.ts";
import { SlotSwatch } from "../../../components/slots/slot-mark.tsx";

const STATES: readonly (readonly [SlotState, string])[] = [
  ["complete", "complete"],
  ["running", "running"],
  ["waiting", "waiting"],
  ["retrying", "retrying"],
  ["overdue", "overdue"],
  ["warn", "warn"],
  ["error", "error"],
  ["alert", "alert"],
  ["cancelled", "cancelled"],
  ["planned", "not yet"],
];

/** The marks of the cells. */
export function Legend(): ReactElement {
  return (
    <ul className="flex flex-wrap items-center gap-x-4 gap-y-1 pt-3 pb-1 text-small text-ink-2">
      {STATES.map(([state, word]) => (
        <li key={state} className="flex items-center gap-1.5">
          <SlotSwatch state={state} size={14} />
          {word}
        </li>
      ))}
      <li className="ml-auto text-ink-3 max-[720px]:ml-0">
        A cell shows the worst of its tasks; arrows move, Enter opens.
      </li>
    </ul>
  );
}
