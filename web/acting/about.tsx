import type { ReactElement } from "react";
import { Button } from "../components/button.tsx";
import { Mark } from "../components/mark.tsx";
import { count } from "../services/format.ts";
import type { Selection } from "./ask.ts";
import { tasksText } from "./act-on-tasks.ts";

/** The query whose tasks are meant. */
export function QueryLine({ selection }: { readonly selection: Selection }): ReactElement | null {
  if (!("query" in selection)) return null;
  return (
    <p className="text-small">
      <span className="text-ink-3">all of </span>
      <code className="font-mono break-words">{selection.query === "" ? "every task" : selection.query}</code>
    </p>
  );
}

interface DiffersProps {
  /** How many it would be now; null: as many as were accepted. */
  readonly differs: number | null;
  readonly accepted: number;
  readonly onAccept: () => void;
}

/** Meanwhile it would be another number of tasks: nothing is done until that is accepted. */
export function Differs({ differs, accepted, onAccept }: DiffersProps): ReactElement | null {
  if (differs === null) return null;
  return (
    <div role="alert" className="flex items-center gap-2 rounded-control bg-warn-weak px-2.5 py-2">
      <Mark status="warn" />
      <p className="flex-1">
        Meanwhile it would be <b>{tasksText(differs)}</b> instead of {count(accepted)}.
      </p>
      <Button onClick={onAccept}>Accept {count(differs)}</Button>
    </div>
  );
}
