import { createContext, type ReactElement, type ReactNode, useContext } from "react";
import { createPortal } from "react-dom";
import type { WorkflowFile } from "./workflows-queries.ts";

interface FrameParts {
  readonly file: WorkflowFile;
  /** The place of a view's buttons, beside the tabs. Null: not drawn yet. */
  readonly tools: HTMLElement | null;
  /** The place above the phase in the side panel. */
  readonly beside: HTMLElement | null;
}

export const Frame = createContext<FrameParts | null>(null);

function useFrame(): FrameParts {
  const frame = useContext(Frame);
  if (frame === null) throw new Error("A view of a workflow file stands in its frame.");
  return frame;
}

/** The workflow file that is shown: that of the address, or else the one that was chosen instead. */
export function useFile(): WorkflowFile {
  return useFrame().file;
}

/** Buttons of a view, at the right of the tabs of the file. */
export function ViewTools({ children }: { readonly children: ReactNode }): ReactElement | null {
  const { tools } = useFrame();
  return tools === null ? null : createPortal(children, tools);
}

/** What a view says in the side panel, above the phase of the address: `Part`s. The panel is there as long as it has one. */
export function Beside({ children }: { readonly children: ReactNode }): ReactElement | null {
  const { beside } = useFrame();
  return beside === null ? null : createPortal(children, beside);
}
