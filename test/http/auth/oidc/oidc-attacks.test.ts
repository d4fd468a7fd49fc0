import assert from "node:assert/strict";
import { sign } from "node:crypto";
import { describe, test } from "node:test";
import { returnPath } from "../../../../src/http/auth/oidc/return-path.ts";
import { accessApp, PASSWORD } from "../access-app.ts";
import { oidcApp, sessionOf, type OidcApp } from "./oidc-app.ts";

const MINUTE = 60_000;

/** Status and code of an answer that begins no session. */
function refused(answer: Awaited<ReturnType<OidcApp["comeBack"]>>): [number, unknown] {
  assert.equal(sessionOf(answer)["cookie"], "");
  return [answer.status, answer.body["code"]];
}

describe("the browser's part of a login", () => {
  test("is one that this browser began: no other state, cookie or time", async (t) => {
    const { begin, comeBack, provider, rig } = await oidcApp(t);
    const { url, headers } = await begin();
    const back = await provider.logIn(url);
    const with_ = (name: string, value: string): URL => {
      const changed = new URL(back);
      changed.searchParams.set(name, value);
      return changed;
    };
    const { cookie = "", ...without } = headers;
    assert.deepEqual(refused(await comeBack(back, without)), [400, "login_lost"], "no cookie: somebody else's link");
    assert.deepEqual(refused(await comeBack(with_("state", "x".repeat(43)), headers)), [400, "login_lost"]);
    const twice = new URL(`${back.href}&state=${"x".repeat(43)}`);
    assert.equal(refused(await comeBack(twice, headers))[0], 400);
    const other = await begin();
    assert.deepEqual(refused(await comeBack(back, other.headers)), [400, "login_lost"], "the cookie of another login");
    assert.deepEqual(
      refused(await comeBack(back, { ...headers, cookie: `${cookie}; ${other.headers["cookie"]}` })),
      [400, "login_lost"],
      "two cookies, of which one is planted",
    );
    const at = cookie.length - 5;
    const flipped = cookie.slice(0, at) + (cookie[at] === "A" ? "B" : "A") + cookie.slice(at + 1);
    for (const tampered of [flipped, cookie.slice(0, -3), "flowlord-login=", "flowlord-login=AAAA"])
      assert.deepEqual(refused(await comeBack(back, { ...headers, cookie: tampered })), [400, "login_lost"]);
    rig.now += 10 * MINUTE;
    assert.deepEqual(refused(await comeBack(back, headers)), [400, "login_lost"], "it took too long");
    rig.now -= 1;
    assert.equal((await comeBack(back, headers)).status, 200, "and the untouched one would have done");
  });

  test("is for one code, once", async (t) => {
    const { begin, comeBack, provider, problems } = await oidcApp(t);
    const { url, headers } = await begin();
    const back = await provider.logIn(url);
    assert.equal((await comeBack(back, headers)).status, 200);
    assert.deepEqual(refused(await comeBack(back, headers)), [401, "oidc_refused"]);
    assert.match(problems.join(), /was refused: .*/);
    back.searchParams.set("code", "made up");
    assert.deepEqual(refused(await comeBack(back, headers)), [401, "oidc_refused"]);
    back.searchParams.delete("code");
    assert.deepEqual(refused(await comeBack(back, headers)), [401, "oidc_refused"]);
  });

  test("is held to the verifier of its own login: a code that was caught is worth nothing elsewhere", async (t) => {
    const { begin, comeBack, provider, problems } = await oidcApp(t);
    const caught = await provider.logIn((await begin()).url);
    const own = await begin();
    // Whoever caught it begins a login, and comes back with the state of that and the code of the other.
    const back = new URL(caught);
    back.searchParams.set("state", new URL(own.url).searchParams.get("state") ?? "");
    assert.deepEqual(refused(await comeBack(back, own.headers)), [401, "oidc_refused"]);
    assert.match(problems.join(), /grant request is invalid|invalid_grant|PKCE/i);
  });

  test("tells what the provider says when it lets nobody in, if that is harmless", async (t) => {
    const { begin, comeBack, provider } = await oidcApp(t);
    const answerTo = async (error: string) => {
      const { url, headers } = await begin();
      const back = new URL(new URL(url).searchParams.get("redirect_uri") ?? "");
      const state = new URL(url).searchParams.get("state") ?? "";
      back.search = new URLSearchParams({ error, state, iss: provider.issuer }).toString();
      return comeBack(back, headers);
    };
    const denied = await answerTo("access_denied");
    assert.deepEqual(refused(denied), [401, "oidc_refused"]);
    assert.match(String(denied.body["detail"]), /\(access_denied\)/);
    assert.ok(!JSON.stringify((await answerTo("<script>alert(1)</script>")).body).includes("script"));
  });

  test("comes from the site of the provider as a navigation, and from no page as anything else", async (t) => {
    const { begin, provider, call } = await oidcApp(t);
    const { url, headers } = await begin();
    const { pathname, search } = await provider.logIn(url);
    for (const mode of ["no-cors", "cors", "same-origin", "websocket"]) {
      const answer = await call(`GET ${pathname}${search}`, null, {
        ...headers,
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": mode,
      });
      assert.deepEqual(refused(answer), [403, "cross_site"], mode);
    }
    const foreignHost = await call(`GET ${pathname}${search}`, null, { ...headers, host: "rebound.example.net" });
    assert.deepEqual(refused(foreignHost), [403, "host_refused"]);
    const other = await call("GET /api/me", null, { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" });
    assert.equal(other.body["code"], "cross_site", "no other route is open to it");
  });
});

describe("the provider's part of a login", () => {
  /** Logs in with another ID token than the provider's, signed by its own key unless `key` says otherwise. */
  async function withClaims(t: Parameters<typeof oidcApp>[0], change: (claims: Record<string, unknown>) => object) {
    const state = { app: null as OidcApp | null };
    const app = await oidcApp(t, {
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (!url.endsWith("/token") || state.app === null) return response;
        const body = (await response.json()) as { id_token: string };
        const [head = "", claims = ""] = body.id_token.split(".");
        const made = change(JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>);
        const data = `${head}.${Buffer.from(JSON.stringify(made)).toString("base64url")}`;
        const key = { key: state.app.provider.privateKey, dsaEncoding: "ieee-p1363" } as const;
        const signature = sign("sha256", Buffer.from(data), key).toString("base64url");
        return Response.json({ ...body, id_token: `${data}.${signature}` });
      },
    });
    state.app = app;
    return app;
  }

  test("is a token for this client and this login, in force", async (t) => {
    const now = Math.floor(Date.now() / 1000);
    assert.equal((await (await withClaims(t, (claims) => claims)).logIn()).status, 200, "the control");
    for (const change of [
      { nonce: "x".repeat(43) },
      { nonce: undefined },
      { aud: "another client" },
      { aud: ["flowlord", "another client"], azp: "another client" },
      { iss: "http://127.0.0.1:1" },
      { exp: now - 3600 },
      { iat: now + 3600, nbf: now + 3600 },
      { sub: undefined },
    ]) {
      const app = await withClaims(t, (claims) => ({ ...claims, ...change }));
      const answer = await app.logIn();
      assert.deepEqual(refused(answer), [401, "oidc_refused"], JSON.stringify(change));
      assert.equal(app.problems.length, 1);
    }
  });

  test("is signed by its key, or it is nobody's", async (t) => {
    const unsigned = (token: string): string => {
      const [, claims = ""] = token.split(".");
      return `${Buffer.from('{"alg":"none"}').toString("base64url")}.${claims}.`;
    };
    const forged = (token: string): string => {
      const [head = "", claims = "", signature = ""] = token.split(".");
      return [head, claims, signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`].join(".");
    };
    for (const change of [unsigned, forged]) {
      const { logIn } = await oidcApp(t, {
        fetch: async (url, init) => {
          const response = await fetch(url, init);
          if (!url.endsWith("/token")) return response;
          const body = (await response.json()) as { id_token: string };
          return Response.json({ ...body, id_token: change(body.id_token) });
        },
      });
      assert.deepEqual(refused(await logIn()), [401, "oidc_refused"], change.name);
    }
  });

  test("that is down, slow or broken is told, passwords go on, and it is asked again", async (t) => {
    const { begin, call, comeBack, logIn, provider, problems } = await oidcApp(t, { timeout: 2 });
    const began = async () => refused(await call("GET /api/login/oidc", null, { host: "localhost:8080" }));
    for (const broken of [
      (_: unknown, response: import("node:http").ServerResponse) => void response.writeHead(500).end("no"),
      (_: unknown, response: import("node:http").ServerResponse) => void response.writeHead(200).end("<html>"),
      (request: import("node:http").IncomingMessage) => void request.socket.destroy(),
      () => undefined,
    ]) {
      provider.broken = broken;
      assert.deepEqual(await began(), [503, "oidc_unavailable"]);
    }
    const down = await call("GET /api/login/oidc", null, { host: "localhost:8080" });
    assert.match(
      String(down.body["detail"]),
      /does not answer as it should: try again later, or log in with a password/,
    );
    assert.equal((await call("POST /api/login", { name: "root", password: PASSWORD })).status, 200);
    assert.ok(problems.every((problem) => problem.includes(provider.issuer)));
    provider.broken = null;
    const { url, headers } = await begin();
    const back = await provider.logIn(url);
    provider.broken = () => undefined;
    assert.deepEqual(refused(await comeBack(back, headers)), [503, "oidc_unavailable"], "also in the middle");
    provider.broken = null;
    assert.equal((await logIn()).status, 200);
  });
});

test("who comes back too often is made to wait, and the provider is not asked", async (t) => {
  let asked = 0;
  const { begin, comeBack, provider, rig } = await oidcApp(t, {
    fetch: (url, init) => {
      if (url.endsWith("/token")) asked += 1;
      return fetch(url, init);
    },
  });
  const { url, headers } = await begin();
  const back = await provider.logIn(url);
  back.searchParams.set("code", "guessed");
  for (let at = 0; at < 30; at += 1) assert.equal((await comeBack(back, headers)).status, 401);
  const late = await comeBack(back, headers);
  assert.deepEqual([late.status, late.body["code"], asked], [429, "too_many_logins", 30]);
  rig.now += 10_000;
  assert.equal((await comeBack(back, headers)).status, 401);
});

test("next leads to a path of this server, whatever a browser makes of it", async (t) => {
  for (const path of ["/", "/api/docs", "/a?b=c&d=%2F%2Fe#f", "/%2F/evil.example"])
    assert.equal(returnPath(path), path);
  assert.equal(returnPath('/a"<b>'), "/a%22%3Cb%3E");
  const hosts = ["//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example"];
  const dropped = ["/\t/evil.example", "/\n/evil.example", "\t//evil.example", "/a\\..\\\\evil.example", "/a\u0000"];
  const climbing = ["/.//evil.example", "/a/..//evil.example", "/%2e%2e//evil.example"];
  const noPaths = ["", "a", "javascript:alert(1)", `/${"a".repeat(1000)}`];
  for (const path of [...hosts, ...dropped, ...climbing, ...noPaths])
    assert.equal(returnPath(path), null, JSON.stringify(path));
  const { call } = await oidcApp(t);
  const answer = await call("GET /api/login/oidc?next=%2F%2Fevil.example", null, { host: "localhost:8080" });
  assert.deepEqual(refused(answer), [400, "foreign_path"]);
});

test("the address to come back to is ours, whatever Host or query says", async (t) => {
  const { call } = await oidcApp(t);
  const headers = { host: "127.0.0.1:9999", "x-forwarded-host": "evil.example" };
  const answer = await call("GET /api/login/oidc", null, headers);
  const asked = new URL(String(answer.headers["location"])).searchParams;
  assert.equal(asked.get("redirect_uri"), "http://localhost:8080/api/login/oidc/callback");
  const more = await call("GET /api/login/oidc?redirect_uri=https://evil.example", null, headers);
  assert.equal(more.status, 400);
});

test("without [oidc] nobody logs in at a provider", async (t) => {
  const { call } = await accessApp(t);
  for (const path of ["/api/login/oidc", "/api/login/oidc/callback?code=1&state=2"]) {
    const { status, body } = await call(`GET ${path}`);
    assert.deepEqual([status, body["code"]], [404, "no_oidc"]);
  }
});
