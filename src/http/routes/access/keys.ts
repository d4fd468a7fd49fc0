import {
  addKeyAnswer,
  addKeyRequest,
  keyParams,
  keysAnswer,
  keysQuery,
  renewKeyAnswer,
  renewKeyRequest,
  revokeKeyAnswer,
} from "../../../contract/api/access/access-api.ts";
import { areWithin, type Grants } from "../../../contract/api/access/grants.ts";
import type { Scope } from "../../../contract/api/access/scope.ts";
import { AccessError } from "../../../engine/access/access-error.ts";
import type { KeyRow, PageOf } from "../../../store/access-store.ts";
import type { ApiDeps } from "../../api/deps.ts";
import { route } from "../../api/route.ts";
import { rowsWithin } from "../../api/rows-within.ts";
import { type Caller, storedGrants } from "../../auth/caller.ts";
import { requestTime, timeText } from "../../request-time.ts";
import { pageOf } from "./page-of.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/keys",
    summary: "The keys of programs, without the keys themselves.",
    role: "admin",
    scope: "rows",
    query: keysQuery,
    answer: keysAnswer,
    async handle({ query, caller, scope }, { reads }) {
      const read = (page: PageOf): Promise<readonly KeyRow[]> =>
        reads.access.keys({ ...page, isRevokedToo: query.revoked });
      const { rows, pagination } = await pageOf(query, (page) =>
        scope === null
          ? read(page)
          : rowsWithin(
              page,
              read,
              (key) => key.id,
              (key) => isWithin(key, caller.grants),
            ),
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
    scope: "named",
    body: addKeyRequest,
    answer: addKeyAnswer,
    unredacted: true,
    status: 201,
    handle: ({ body: { name, role, expires_at: expires }, caller: { name: by, grants: within } }, { acts }) =>
      acts.access.addKey({ name, role, expiresAt: expires === null ? null : Date.parse(expires), by, within }),
  }),
  route({
    method: "PUT",
    path: "/api/keys/{id}",
    summary: "Let a key be in force for longer, or less long; it stays the same.",
    role: "admin",
    scope: "named",
    params: keyParams,
    body: renewKeyRequest,
    answer: renewKeyAnswer,
    async handle({ params: { id }, body: { expires_at: expires }, trail, caller, scope }, { acts, reads }) {
      await refuseBeyond(id, caller, scope, reads);
      trail.before = await acts.access.renewKey(id, expires === null ? null : requestTime("expires_at", expires));
      return { renewed: id };
    },
  }),
  route({
    method: "DELETE",
    path: "/api/keys/{id}",
    summary: "Revoke a key: it is refused from now on.",
    role: "admin",
    scope: "named",
    params: keyParams,
    answer: revokeKeyAnswer,
    async handle({ params: { id }, trail, caller, scope }, { acts, reads }) {
      await refuseBeyond(id, caller, scope, reads);
      trail.before = await acts.access.revokeKey(id);
      return { revoked: id };
    },
  }),
];

/** What a key may do does not change afterwards. Throws AccessError. */
async function refuseBeyond(
  id: number,
  { name, grants }: Caller,
  scope: Scope | null,
  reads: ApiDeps["reads"],
): Promise<void> {
  if (scope === null) return;
  const [key] = await reads.access.keys({ after: id - 1, limit: 1, isRevokedToo: false });
  if (key?.id !== id || !isWithin(key, grants))
    throw new AccessError("unknown_key", `There is no key ${id} that may do no more than ${name}.`);
}

/** A role that cannot be read may mean anything. */
function isWithin({ role }: KeyRow, grants: Grants): boolean {
  const own = storedGrants(role);
  return own.length > 0 && areWithin(own, grants);
}
