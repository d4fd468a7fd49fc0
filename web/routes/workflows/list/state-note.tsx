import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Mark } from "../../../components/mark.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { count } from "../../../services/format.ts";
import type { WorkflowFile } from "../workflows-queries.ts";

/** Why not all that the file says is in force. Nothing, where it is. */
export function StateNote({ file }: { readonly file: WorkflowFile }): ReactElement | null {
  const { state, errors, version, path, removed_at: removed } = file;
  if (state === "in_force") return null;
  const errorsText = `${count(errors)} error${errors === 1 ? "" : "s"}`;
  return (
    <p className="flex items-start gap-2 border-b border-line bg-surface-2 px-(--gutter) py-2">
      <span className="mt-1">
        <Mark status={state === "removed" ? "cancelled" : "error"} />
      </span>
      <span>
        {state === "removed" ? (
          <>
            The file is gone <RelativeTime at={removed} />: none of its phases is in force.
          </>
        ) : state === "last_good" ? (
          `The text that was read last has ${errorsText}: version ${count(version)}, from before it, stays in force.`
        ) : (
          `Its text has ${errorsText}: none of its phases is in force.`
        )}{" "}
        <Link
          to="/workflows/source"
          search={{ file: path }}
          className="text-accent underline decoration-accent-line underline-offset-2 hover:decoration-current"
        >
          Show the text
        </Link>
      </span>
    </p>
  );
}
