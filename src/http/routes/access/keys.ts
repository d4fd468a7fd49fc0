import {
  addKeyAnswer,
  addKeyRequest,
  keyParams,
  keysAnswer,
  keysQuery,
  revokeKeyAnswer,
} from "../../../contract/api/access/access-api.ts";
import { route } from "../../api/route.ts";
import { timeText } from "../../request-time.ts";
import { pageOf } from "./page-of.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/keys",
    summary: "The keys of programs, without the keys themselves.",
    role: "admin",
    query: keysQuery,
    answer: keysAnswer,
    async handle({ query }, { reads }) {
      const { rows, pagination } = await pageOf(query, (page) =>
        reads.access.keys({ ...page, isRevokedToo: query.revoked }),
      );
      const keys = rows.map(
        ({ created_at: created, expires_at: expires, used_at: used, revoked_at: revoked, ...key }) => ({
          ...key,
          created_at: timeText(created),
          expires_at: timeText(expires),
          used_at: timeText(used),
          revoked_at: timeText(revoked),
        }),
      );
      return { keys, pagination };
    },
  }),
  route({
    method: "POST",
    path: "/api/keys",
    summary: "Make a key for a program, to be sent as `Authorization: Bearer`.",
    role: "admin",
    body: addKeyRequest,
    answer: addKeyAnswer,
    unredacted: true,
    status: 201,
    handle: ({ body: { name, role, expires_at: expires }, caller }, { acts }) =>
      acts.access.addKey({ name, role, expiresAt: expires === null ? null : Date.parse(expires), by: caller.name }),
  }),
  route({
    method: "DELETE",
    path: "/api/keys/{id}",
    summary: "Revoke a key: it is refused from now on.",
    role: "admin",
    params: keyParams,
    answer: revokeKeyAnswer,
    async handle({ params: { id }, trail }, { acts }) {
      trail.before = await acts.access.revokeKey(id);
      return { revoked: id };
    },
  }),
];
