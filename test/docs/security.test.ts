import assert from "node:assert/strict";
import { test } from "node:test";
import { ROLES } from "../../src/contract/api/access/role.ts";
import { allRoutes } from "../../src/http/api/openapi.ts";
import { routeName } from "../../src/http/api/route.ts";
import { accessApp, AS_INSTANCE, PASSWORD, type AccessApp } from "../http/auth/access-app.ts";
import { bare, rowsOf, sectionOf } from "./page.ts";

const DAY = 86_400_000;
/** What a route answers here to whoever it lets in: nothing is done. */
const LET_IN = 299;

type Headers = Record<string, string>;

async function keyOf(app: AccessApp, role: string, expiresAt: string | null = null): Promise<Headers> {
  const request = { name: `${role}-${expiresAt === null ? "lasting" : "short"}`, role, expires_at: expiresAt };
  const { status, body } = await app.call("POST /api/keys", request, AS_INSTANCE);
  assert.equal(status, 201);
  return { authorization: `Bearer ${String(body["key"])}` };
}

/** The column of the table for each caller, and the headers of the caller. */
async function callersOf(app: AccessApp): Promise<(readonly [caller: string, column: string, Headers])[]> {
  const callers: (readonly [string, string, Headers])[] = [["no login", "no login", {}]];
  // The first user must be an admin.
  const sessions = new Map<string, Headers>();
  for (const role of ["admin", "viewer", "operator", "auditor"] as const)
    sessions.set(role, await app.session(role, role));
  for (const role of ROLES) {
    callers.push([role, role, sessions.get(role) ?? {}], [`key of ${role}`, role, await keyOf(app, role)]);
  }
  const expired = await keyOf(app, "admin", new Date(app.rig.now + DAY).toISOString());
  const revoked = await keyOf(app, "operator", new Date(app.rig.now + 9 * DAY).toISOString());
  const { body } = await app.call("GET /api/keys", null, AS_INSTANCE);
  const short = (body["keys"] as { id: number; name: string }[]).find(({ name }) => name === "operator-short");
  await app.call(`DELETE /api/keys/${short?.id}`, null, AS_INSTANCE);
  const left = await app.session("left", "admin");
  await app.call("PUT /api/users/left", { disabled: true }, AS_INSTANCE);
  callers.push(
    ["expired key", "no login", expired],
    ["revoked key", "no login", revoked],
    ["session of a disabled user", "no login", left],
    ["foreign session", "no login", { cookie: `flowlord=${"x".repeat(43)}` }],
  );
  return callers;
}

test("docs/security.md says of every route whom it lets in, and so it is", async (t) => {
  const app = await accessApp(t);
  let isWalk = false;
  // Behind the check of the caller, and before anything is done.
  app.app.addHook("preHandler", async (_request, reply) => (isWalk ? reply.code(LET_IN).send() : undefined));
  const callers = await callersOf(app);
  // The key that is to have expired has: a day, and those sessions anew.
  app.rig.now += DAY + 1;
  for (const [caller, , headers] of callers) {
    if (headers["cookie"] === undefined || !ROLES.some((role) => role === caller)) continue;
    const { cookie } = await app.call("POST /api/login", { name: caller, password: PASSWORD });
    headers["cookie"] = cookie;
  }
  const documented = new Map(
    rowsOf(sectionOf("security.md", "Routes and roles")).map(([name, ...cells]) => [bare(name), cells]),
  );
  // docs/http.md is held to have all of these.
  const others = rowsOf(sectionOf("http.md", "HTTP")).map(([name = ""]) => bare(name));
  const names = [...(await allRoutes()).map(routeName), ...others.filter((name) => !name.startsWith("below"))];
  assert.deepEqual([...documented.keys()].toSorted(), names.toSorted());
  isWalk = true;
  for (const name of names) {
    for (const [caller, column, headers] of callers) {
      // So that nobody sends too many requests.
      app.rig.now += 200;
      const at = ["no login", ...ROLES].indexOf(column);
      const mayCall = documented.get(name)?.[at] === "yes";
      const path = name.replaceAll(/\{\w+\}|\*/g, "1");
      const { status } = await app.call(path, name.startsWith("GET") ? null : {}, headers);
      const refused = column === "no login" ? 401 : 403;
      assert.equal(status, mayCall ? LET_IN : refused, `${name} by ${caller}`);
    }
  }
});
