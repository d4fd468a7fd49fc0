import { createContext } from "react";

/** What a node asks of its graph. */
export interface GraphActs {
  readonly open: (id: string) => void;
  readonly fold: (id: string) => void;
  /** The keyboard is there. */
  readonly at: (id: string) => void;
  /** Whether the keyboard brought us there: then the focus comes along. */
  readonly takesFocus: () => boolean;
}

const nothing = (): void => {};

export const Acts = createContext<GraphActs>({ open: nothing, fold: nothing, at: nothing, takesFocus: () => false });
