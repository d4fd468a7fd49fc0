import type { ReactElement } from "react";
import { type Role, ROLES } from "../../../../src/contract/api/access/role.ts";
import { Mark } from "../../../components/mark.tsx";

/** As docs/security.md says of each route; an auditor reads records alone. */
const RIGHTS: readonly (readonly [right: string, roles: readonly Role[]])[] = [
  ["Tasks, alerts, files", ["viewer", "operator", "admin", "auditor"]],
  ["Workflows, health", ["viewer", "operator", "admin"]],
  ["Retry, cancel, run", ["operator", "admin"]],
  ["Backfill, silence", ["operator", "admin"]],
  ["Back up, drain", ["operator", "admin"]],
  ["Clean up, restore", ["admin"]],
  ["People, keys", ["admin"]],
  ["The audit log", ["admin", "auditor"]],
];

export function Roles(): ReactElement {
  return (
    <section className="border-b border-line px-4 py-3 max-[1100px]:px-(--gutter)">
      <h2 className="mb-1 font-semibold">What a role may do</h2>
      <table className="w-full text-small">
        <thead>
          <tr className="text-ink-3">
            <th scope="col" className="text-left font-normal">
              <span className="sr-only">Right</span>
            </th>
            {ROLES.map((role) => (
              <th key={role} scope="col" className="h-6 w-13 text-center font-normal">
                {role}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {RIGHTS.map(([right, roles]) => (
            <tr key={right} className="border-t border-line">
              <th scope="row" className="h-6 text-left font-normal text-ink-2">
                {right}
              </th>
              {ROLES.map((role) => (
                <td key={role} data-status="complete" className="text-center">
                  {roles.includes(role) ? (
                    <span className="inline-block align-middle">
                      <Mark status="complete" label="may" />
                    </span>
                  ) : (
                    <span className="text-ink-3">
                      <span aria-hidden="true">–</span>
                      <span className="sr-only">may not</span>
                    </span>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
