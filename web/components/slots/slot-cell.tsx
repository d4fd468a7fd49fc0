import type { ReactElement } from "react";
import type { SlotState } from "./slot.ts";
import { SlotSwatch } from "./slot-mark.tsx";

interface Props {
  readonly state: SlotState;
  /** In words, for whoever points at it or does not see it. */
  readonly title: string;
}

/** A slot in a table that is small enough to have all its cells. */
export function SlotCell({ state, title }: Props): ReactElement {
  return (
    <td className="p-px" title={title}>
      <SlotSwatch state={state} size={14} />
      <span className="sr-only">{title}</span>
    </td>
  );
}
