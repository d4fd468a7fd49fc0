import { deadLettersAnswer, deadLettersQuery } from "../../contract/api/dead-letter-api.ts";
import { redriveAnswer, redriveRequest } from "../../contract/api/instance-api.ts";
import { askedPage, paginationOf, totalSeen } from "../api/cursor.ts";
import { route } from "../api/route.ts";
import { timeText } from "../request-time.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/dead-letters",
    summary: "Messages that could not be understood, the newest first.",
    role: "viewer",
    records: true,
    query: deadLettersQuery,
    answer: deadLettersAnswer,
    async handle({ query }, { reads }) {
      const page = askedPage(query.cursor, query);
      const before = typeof page.after === "number" ? page.after : (query.before ?? null);
      const found = await reads.deadLetters({ limit: query.limit + 1, before, includeRedriven: query.redriven });
      const rows = found.slice(0, query.limit);
      const last = found.length > rows.length ? (rows.at(-1)?.id ?? null) : null;
      // Open ones are counted; nobody counts those that were redriven.
      const total = query.redriven
        ? totalSeen(page, query.limit, found.length)
        : ({ total: (await reads.counts()).deadLetters, total_is: "exact" } as const);
      return {
        dead_letters: rows.map(({ received_at: received, redriven_at: redriven, ...row }) => ({
          ...row,
          received_at: timeText(received),
          redriven_at: timeText(redriven),
        })),
        pagination: paginationOf(page, query, last, total),
      };
    },
  }),
  route({
    method: "POST",
    path: "/api/dead-letters/redrive",
    summary: "Redrive dead letters to their original topics.",
    creates: true,
    role: "operator",
    body: redriveRequest,
    answer: redriveAnswer,
    async handle({ body: { ids, payload, reason }, caller }, { acts }) {
      return { redriven: await acts.redrive(ids, payload, { by: caller.name, reason }) };
    },
  }),
];
