import { auditAnswer, keysAnswer, usersAnswer } from "../../contract/api/access/access-api.ts";
import type { AuditRow, KeyRow, UserRow } from "../../store/access-store.ts";
import type { AccessReads } from "../reads/access-reads.ts";
import type { ApiClient } from "./api-client.ts";
import { pagesOf } from "./pages.ts";
import { rowOf, rowsOf } from "./rows.ts";

export function remoteAccessReads(client: ApiClient): AccessReads {
  const all = { query: {}, number: null };
  return {
    users: async () =>
      (await pagesOf(client, "/api/users", usersAnswer, all, ({ users }) => rowsOf<UserRow>(users))).rows,
    keys: async (revoked) => {
      const asked = { query: { revoked }, number: null };
      return (await pagesOf(client, "/api/keys", keysAnswer, asked, ({ keys }) => rowsOf<KeyRow>(keys))).rows;
    },
    audit: async ({ who, before, limit }) => {
      const asked = { query: { who, before }, number: limit };
      const { rows } = await pagesOf(client, "/api/audit", auditAnswer, asked, ({ audit }) =>
        audit.map(({ before: was, after: is, ...entry }): AuditRow => ({
          ...rowOf<Omit<AuditRow, "before" | "after">>(entry),
          before: textOf(was),
          after: textOf(is),
        })),
      );
      return rows;
    },
  };
}

/** As the database has it. */
function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
