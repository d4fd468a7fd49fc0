import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

interface Props {
  readonly phase: { readonly phase_id: number; readonly task: string; readonly workflow: string };
}

/** The phase in the graph of its workflow file. */
export function PhaseLink({ phase: { phase_id: id, task, workflow } }: Props): ReactElement {
  if (workflow === "") return <span>{task === "" ? `phase ${id}` : task}</span>;
  return (
    <Link
      to="/workflows"
      search={{ file: workflow, phase: id }}
      title={workflow}
      className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
    >
      {task}
    </Link>
  );
}
