import { auditAnswer, auditHoursAnswer, auditHoursQuery, auditQuery } from "../../../contract/api/access/access-api.ts";
import { askedPage, paginationOf } from "../../api/cursor.ts";
import { route } from "../../api/route.ts";
import { DAY } from "../../../contract/time/time-units.ts";
import { RequestError } from "../../errors.ts";
import { requestTime, timeText } from "../../request-time.ts";

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
      const found = await reads.access.audit({
        who: query.who ?? null,
        outcome: query.outcome ?? null,
        text: query.text ?? null,
        from: requestTime("from", query.from ?? null, "/query"),
        to: requestTime("to", query.to ?? null, "/query"),
        before,
        limit: query.limit + 1,
      });
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
  route({
    method: "GET",
    path: "/api/audit/hours",
    summary: "How much people and keys changed in each hour, and how much was refused.",
    role: "auditor",
    query: auditHoursQuery,
    answer: auditHoursAnswer,
    async handle({ query }, { reads }) {
      const span = { from: requestTime("from", query.from, "/query"), to: requestTime("to", query.to, "/query") };
      if (span.to <= span.from || span.to - span.from > MAX_DAYS * DAY)
        throw new RequestError([{ pointer: "/query/to", message: `after \`from\`, at most ${MAX_DAYS} days` }]);
      const { hours, isComplete } = await reads.access.auditHours(span);
      return { hours: hours.map(({ at, ...counts }) => ({ at: timeText(at), ...counts })), complete: isComplete };
    },
  }),
];

const MAX_DAYS = 31;

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json);
}
