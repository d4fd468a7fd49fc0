import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AS_INSTANCE, PASSWORD } from "../access-app.ts";
import { oidcApp, sessionOf } from "./oidc-app.ts";

describe("a login at a provider", () => {
  test("is a session with the role of the groups, of a user who is made at the first login", async (t) => {
    const { begin, comeBack, call, provider, rig, problems } = await oidcApp(t);
    const { url, headers } = await begin("/api/docs?a=1#b");
    const asked = new URL(url).searchParams;
    assert.equal(asked.get("redirect_uri"), "http://localhost:8080/api/login/oidc/callback");
    assert.deepEqual([asked.get("response_type"), asked.get("scope")], ["code", "openid profile"]);
    assert.equal(asked.get("code_challenge_method"), "S256");
    for (const name of ["state", "nonce", "code_challenge"]) assert.match(asked.get(name) ?? "", /^[\w-]{43}$/, name);
    const answer = await comeBack(await provider.logIn(url), headers);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.equal(answer.headers["content-type"], "text/html; charset=utf-8");
    assert.equal(answer.headers["cache-control"], "no-store");
    assert.match(String(answer.body["text"]), /<meta http-equiv="refresh" content="0; url=\/api\/docs\?a=1#b">/);
    const [gone, session] = [answer.headers["set-cookie"]].flat().map(String);
    assert.match(gone ?? "", /^flowlord-login=; Path=\/; HttpOnly; SameSite=Lax; Max-Age=0$/);
    assert.match(session ?? "", /^flowlord=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const me = await call("GET /api/me", null, sessionOf(answer));
    assert.deepEqual(me.body, { name: "ada", role: "operator", via: "session" });
    const { body } = await call("GET /api/sessions", null, AS_INSTANCE);
    const sessions = body["sessions"] as { id: number; user: string }[];
    const own = sessions.find(({ user }) => user === "ada");
    assert.ok(own !== undefined, "it is listed");
    assert.equal((await call(`DELETE /api/sessions/${own.id}`, null, AS_INSTANCE)).status, 200);
    assert.equal((await call("GET /api/me", null, sessionOf(answer))).status, 401, "and ended as any other");
    const users = (await call("GET /api/users", null, AS_INSTANCE)).body["users"] as object[];
    assert.partialDeepStrictEqual(users.at(-1), { name: "ada", role: "operator", login: "provider" });
    const [entry] = await rig.context.store.reads.access.audit({ who: "ada", before: null, limit: 1 });
    assert.partialDeepStrictEqual(entry, {
      act: "GET /api/login/oidc/callback",
      target: "/api/login/oidc/callback",
      via: "none",
      outcome: "done",
      after: '{"role":"operator"}',
    });
    assert.deepEqual(problems, []);
  });

  test("has the role of the groups at that login, for the user whom the provider means, whatever the name", async (t) => {
    const { logIn, call, provider } = await oidcApp(t);
    const roleOf = async (groups: unknown) => {
      provider.account.claims["groups"] = groups;
      const answer = await logIn();
      return (await call("GET /api/me", null, sessionOf(answer))).body["role"];
    };
    assert.equal(await roleOf(["readers", "others"]), "viewer");
    assert.equal(await roleOf("admins"), "admin", "one group may be no list");
    assert.equal(await roleOf(["readers", "sales"]), "viewer; operator on workflow:sales/*");
    assert.equal(await roleOf(["readers", "ops", "sales"]), "operator");
    provider.account.claims["preferred_username"] = "ada.renamed";
    const answer = await logIn();
    assert.equal((await call("GET /api/me", null, sessionOf(answer))).body["name"], "ada", "it is the same subject");
  });

  test("asks the provider for what its token leaves out", async (t) => {
    const { logIn, call } = await oidcApp(t, { inToken: false });
    const me = await call("GET /api/me", null, sessionOf(await logIn()));
    assert.deepEqual(me.body, { name: "ada", role: "operator", via: "session" });
  });

  test("works as a public client, by PKCE alone", async (t) => {
    const { logIn } = await oidcApp(t, { isPublic: true });
    assert.equal((await logIn()).status, 200);
  });

  test("is a session of its own: one that the browser had ends, and a planted one is worth nothing", async (t) => {
    const { begin, comeBack, logIn, call, provider } = await oidcApp(t);
    const before = sessionOf(await logIn());
    const { url, headers } = await begin();
    const answer = await comeBack(await provider.logIn(url), {
      ...headers,
      cookie: `${headers["cookie"]}; ${before["cookie"]}`,
    });
    assert.notEqual(sessionOf(answer)["cookie"], before["cookie"]);
    assert.equal((await call("GET /api/me", null, before)).status, 401);
    assert.equal((await call("GET /api/me", null, sessionOf(answer))).status, 200);
  });

  test("over TLS has cookies that a browser takes from this host alone", async (t) => {
    const { begin, comeBack, call, provider } = await oidcApp(t, { publicUrl: "https://flow.example.com" });
    const { url, headers } = await begin();
    assert.match(headers["cookie"] ?? "", /^__Host-flowlord-login=/);
    const back = await provider.logIn(url);
    assert.equal(back.origin, "https://flow.example.com");
    const answer = await comeBack(back, headers);
    const set = [answer.headers["set-cookie"]].flat().map(String);
    assert.deepEqual(
      set.map((cookie) => /^__Host-[^=]+=.*; Secure/.test(cookie)),
      [true, true],
    );
    const asBrowser = { ...sessionOf(answer), host: "flow.example.com", "x-forwarded-proto": "https" };
    assert.equal((await call("GET /api/me", null, asBrowser)).status, 200);
  });
});

describe("whom the provider knows and Flowlord does not let in", () => {
  test("is told why: no group, or disabled here", async (t) => {
    const { logIn, call, provider, rig } = await oidcApp(t);
    provider.account.claims["groups"] = ["others"];
    const refused = await logIn();
    assert.deepEqual([refused.status, refused.body["code"]], [403, "no_group"]);
    assert.match(String(refused.body["detail"]), /^The provider knows ada, who is in no group that may use Flowlord;/);
    assert.equal(sessionOf(refused)["cookie"], "");
    const users = (await call("GET /api/users", null, AS_INSTANCE)).body["users"] as object[];
    assert.equal(users.length, 1, "nobody is made");
    const [entry] = await rig.context.store.reads.access.audit({ who: "ada", before: null, limit: 1 });
    assert.partialDeepStrictEqual(entry, { outcome: "refused", target: "/api/login/oidc/callback" });

    provider.account.claims["groups"] = ["ops"];
    const session = sessionOf(await logIn());
    await call("PUT /api/users/ada", { disabled: true }, AS_INSTANCE);
    assert.equal((await call("GET /api/me", null, session)).status, 401);
    provider.account.claims["groups"] = ["admins"];
    const disabled = await logIn();
    assert.deepEqual([disabled.status, disabled.body["code"]], [403, "user_disabled"]);
    const after = (await call("GET /api/users", null, AS_INSTANCE)).body["users"] as { role: string }[];
    assert.equal(after.at(-1)?.role, "operator", "the role of one who is disabled does not change");
  });

  test("becomes nobody who is here already by having the same name", async (t) => {
    const { logIn, call, provider } = await oidcApp(t);
    provider.account.claims["preferred_username"] = "ROOT";
    const refused = await logIn();
    assert.deepEqual([refused.status, refused.body["code"]], [403, "name_of_other"]);
    const login = await call("POST /api/login", { name: "root", password: PASSWORD });
    assert.equal(login.body["role"], "admin", "whose role has not changed");
    // Nor does another subject of the provider.
    provider.account.claims["preferred_username"] = "ada";
    assert.equal((await logIn()).status, 200);
    provider.account.sub = "u-2";
    assert.equal((await logIn()).body["code"], "name_of_other");
  });

  test("has no name that a user can have, or one that is not verified", async (t) => {
    const { logIn, provider } = await oidcApp(t);
    provider.account.claims["preferred_username"] = "Ada Lovelace\u001b[31m";
    const bad = await logIn();
    assert.deepEqual([bad.status, bad.body["code"]], [422, "bad_name"]);
    assert.ok(!String(bad.body["detail"]).includes("\u001b"));
    const byMail = await oidcApp(t, { userClaim: "email" });
    const none = await byMail.logIn();
    assert.deepEqual([none.status, none.body["code"]], [401, "oidc_refused"]);
    byMail.provider.account.claims = { email: "ada@example.com", email_verified: false, groups: ["ops"] };
    assert.match(String((await byMail.logIn()).body["detail"]), /not verified/);
    byMail.provider.account.claims["email_verified"] = true;
    assert.equal((await byMail.logIn()).status, 200);
  });

  test("is the first user only as an admin", async (t) => {
    const { logIn, call, provider } = await oidcApp(t, { hasAdmin: false });
    assert.equal((await logIn()).body["code"], "first_admin");
    provider.account.claims["groups"] = ["admins"];
    assert.equal((await logIn()).status, 200);
    const setup = await call("POST /api/setup", { token: "setup-token", name: "eve", password: PASSWORD });
    assert.equal(setup.body["code"], "set_up_already");
  });
});

test("a user of the provider has no password here, and no role but that of the groups", async (t) => {
  const { logIn, call } = await oidcApp(t);
  await logIn();
  for (const password of ["", "x".repeat(12)])
    assert.equal((await call("POST /api/login", { name: "ada", password })).status, 401);
  for (const change of [{ password: PASSWORD }, { role: "admin" }]) {
    const refused = await call("PUT /api/users/ada", change, AS_INSTANCE);
    assert.deepEqual([refused.status, refused.body["code"]], [409, "of_provider"]);
  }
  assert.equal((await call("PUT /api/users/ada", { disabled: true }, AS_INSTANCE)).status, 200);
});
