import type { Status } from "../mark.tsx";

/** How late something came, in neutral steps from on time to far too late. */
export type Lateness = "late-1" | "late-2" | "late-3" | "late-4";

/** What a slot is: a status, or what is not there. `none`: nothing; `planned`: still to come; `gap`: it should be there and is not; `absent`: no clock shows that hour. */
export type SlotState = Status | "new" | "planned" | "gap" | "absent" | Lateness;

/** One cell of a heatmap. */
export interface Slot {
  readonly state: SlotState;
  /** Instead of the glyph: how many things are in the slot. */
  readonly count?: number;
}

export interface SlotPlace {
  readonly row: number;
  readonly column: number;
}

export interface SlotColumn {
  readonly name: string;
  /** Above the column; most have none. */
  readonly tick?: string;
}

export interface SlotRow {
  readonly key: string;
  readonly label: string;
  /** Right of the cells, one for each of the heatmap's `sums`. */
  readonly sums?: readonly { readonly text: string; readonly tone?: "plain" | "none" | "error" }[];
}
