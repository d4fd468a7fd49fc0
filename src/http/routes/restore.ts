import {
  decideRestoreRequest,
  heldMessagesAnswer,
  heldMessagesQuery,
  restoreAnswer,
} from "../../contract/api/instance/restore-api.ts";
import { heldMessageJson } from "../../engine/restore/restore-control.ts";
import type { HeldAct } from "../../store/backup/held-store.ts";
import { askedPage, paginationOf, totalSeen } from "../api/cursor.ts";
import { route } from "../api/route.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/restore",
    summary: "The newest restore of the database to an earlier time, and what waits for a decision since.",
    role: "viewer",
    answer: restoreAnswer,
    handle: (_call, { acts }) => acts.restore.status(),
  }),
  route({
    method: "GET",
    path: "/api/restore/messages",
    summary: "Messages that wait for a decision after a restore, by topic.",
    role: "viewer",
    query: heldMessagesQuery,
    answer: heldMessagesAnswer,
    async handle({ query }, { reads }) {
      const page = askedPage(query.cursor, query);
      const [topic, id] = Array.isArray(page.after) ? page.after : [];
      const after = typeof topic === "string" && typeof id === "number" ? { topic, id } : null;
      const found = await reads.held.messages(after, query.limit + 1);
      const rows = found.slice(0, query.limit);
      const last = rows.at(-1);
      const end = found.length > rows.length && last !== undefined ? [last.topic, last.id] : null;
      return {
        messages: rows.map(heldMessageJson),
        pagination: paginationOf(page, query, end, totalSeen(page, query.limit, found.length)),
      };
    },
  }),
  decides("accept", "Send and start what waits for a decision after a restore. Goes on behind the answer."),
  decides("drop", "Cancel what waits for a decision after a restore. Goes on behind the answer."),
];

function decides(act: HeldAct, summary: string) {
  return route({
    method: "POST",
    path: `/api/restore/${act}`,
    summary,
    role: "admin",
    body: decideRestoreRequest,
    answer: restoreAnswer,
    status: 202,
    handle: ({ body: { reason }, caller }, { acts }) => acts.restore.decide({ act, reason, by: caller.name }),
  });
}
