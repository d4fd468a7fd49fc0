import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useMay } from "../services/may.ts";
import { meQuery } from "../services/queries.ts";

const LINK = "text-accent underline";

/** In the place of a page about all of the instance, for whom sees records alone or a part: what they may open. */
export function Restricted({ what }: { readonly what: string }): ReactElement {
  const { data: me } = useQuery(meQuery);
  const mayAudit = useMay("auditor", "everything");
  return (
    <div className="grid gap-2 px-(--gutter) py-4 text-ink-2">
      <p>
        {what} is about the whole instance, and is shown to viewers of all of it.
        {me !== undefined && (
          <>
            {" "}
            You are <b className="font-medium text-ink">{me.name}</b>, {me.role}.
          </>
        )}
      </p>
      <p>
        You may open the{" "}
        <Link to="/tasks" className={LINK}>
          tasks
        </Link>{" "}
        and{" "}
        <Link to="/alerts" className={LINK}>
          alerts
        </Link>{" "}
        that your role covers, and{" "}
        <Link to="/system/access" className={LINK}>
          {mayAudit ? "the audit log" : "what the roles mean"}
        </Link>
        .
      </p>
    </div>
  );
}
