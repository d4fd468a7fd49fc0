import {
  endSessionAnswer,
  sessionParams,
  sessionsAnswer,
  sessionsQuery,
} from "../../../contract/api/access/access-api.ts";
import { route } from "../../api/route.ts";
import { sessionToken } from "../../auth/cookie.ts";
import { timeText } from "../../request-time.ts";
import { pageOf } from "./page-of.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/sessions",
    summary: "Who is logged in.",
    role: "admin",
    query: sessionsQuery,
    answer: sessionsAnswer,
    async handle({ query, request }, { reads, runtime, logins }) {
      const span = { now: runtime.now(), usedSince: logins.usedSince() };
      const { rows, pagination } = await pageOf(query, (page) => reads.access.sessions({ ...page, ...span }));
      const token = sessionToken(request);
      const own = token === null ? null : await logins.bySession(token, false);
      const sessions = rows.map(({ created_at: created, used_at: used, expires_at: expires, ...session }) => ({
        ...session,
        created_at: timeText(created),
        used_at: timeText(used),
        expires_at: timeText(expires),
        current: session.id === own?.id,
      }));
      return { sessions, pagination };
    },
  }),
  route({
    method: "DELETE",
    path: "/api/sessions/{id}",
    summary: "End a session.",
    role: "admin",
    params: sessionParams,
    answer: endSessionAnswer,
    async handle({ params: { id }, trail }, { acts }) {
      trail.before = await acts.access.endSession(id);
      return { ended: id };
    },
  }),
];
