import { useQueries, useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { useMay } from "../../../services/may.ts";
import { meQuery } from "../../../services/queries.ts";
import { keysQuery, sessionsQuery, usersQuery } from "./access-queries.ts";
import { Audit } from "./audit/audit.tsx";
import { Keys } from "./keys.tsx";
import { People } from "./people.tsx";
import { Roles } from "./roles.tsx";
import { Sessions } from "./sessions.tsx";
import { StateLine } from "./state-line.tsx";

/** Who may do what, and who did. Each sees the parts that are theirs to see. */
export function Access(): ReactElement {
  const { data: me } = useQuery(meQuery);
  const isAdmin = useMay("admin", "everything");
  const hasKeys = useMay("admin");
  const mayAudit = useMay("auditor", "everything");
  // What is below would move, were each part shown when it comes.
  const parts = [usersQuery, sessionsQuery, keysQuery] as const;
  const isWaiting = useQueries({ queries: parts.map((query) => ({ ...query, enabled: isAdmin })) }).some(
    ({ isPending }) => isPending && isAdmin,
  );
  if (me === undefined || isWaiting) return <SkeletonRows rows={20} label="Who has access is loaded" />;
  return (
    <>
      {isAdmin && <StateLine />}
      <div className="grid grid-cols-[minmax(0,1fr)_372px] max-[1100px]:grid-cols-1">
        <div className="min-w-0">
          {isAdmin && <People />}
          {hasKeys && <Keys />}
          {!hasKeys && <Others name={me.name} role={me.role} />}
        </div>
        <aside
          aria-label="Roles and sessions"
          className="border-l border-line max-[1100px]:border-t max-[1100px]:border-l-0"
        >
          <Roles />
          {isAdmin && <Sessions />}
        </aside>
      </div>
      {mayAudit && <Audit />}
    </>
  );
}

function Others({ name, role }: { readonly name: string; readonly role: string }): ReactElement {
  return (
    <p className="px-(--gutter) py-4 text-ink-2">
      You are <b className="font-medium text-ink">{name}</b>, {role}. People, keys and sessions are shown to admins, and
      the audit log to admins and auditors.
    </p>
  );
}
