import { auditAnswer, auditQuery } from "../../../contract/api/access/access-api.ts";
import { askedPage, paginationOf } from "../../api/cursor.ts";
import { route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/audit",
    summary: "What people and keys changed, and logins, the newest first.",
    role: "auditor",
    query: auditQuery,
    answer: auditAnswer,
    async handle({ query }, { reads }) {
      const page = askedPage(query.cursor, query);
      const before = typeof page.after === "number" ? page.after : (query.before ?? null);
      const found = await reads.access.audit({ who: query.who ?? null, before, limit: query.limit + 1 });
      const rows = found.slice(0, query.limit);
      const last = found.length > rows.length ? (rows.at(-1)?.id ?? null) : null;
      const total = (page.page - 1) * query.limit + found.length;
      return {
        audit: rows.map(({ at, before: was, after: is, ...entry }) => ({
          ...entry,
          at: timeText(at),
          before: parsed(was),
          after: parsed(is),
        })),
        pagination: paginationOf(page, query, last, { total, total_is: last === null ? "exact" : "at_least" }),
      };
    },
  }),
];

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
