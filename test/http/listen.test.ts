import assert from "node:assert/strict";
import { chmodSync, lstatSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { scratchFolder, type ServerChange, startServer } from "./start-server.ts";

test("the token is never written to a file or link that stands where the instance file belongs", async (t) => {
  const dir = scratchFolder(t);
  const file = join(dir, "flow.db.instance");
  const elsewhere = join(dir, "elsewhere");
  writeFileSync(elsewhere, "before");
  symlinkSync(elsewhere, file);
  await startServer(t, file);
  assert.equal(readFileSync(elsewhere, "utf8"), "before");
  const found = lstatSync(file);
  assert.ok(found.isFile());
  assert.equal(found.mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(dir).toSorted(), ["elsewhere", "flow.db.instance"]);
});

test("a planted file that others may read is replaced, not filled", async (t) => {
  const dir = scratchFolder(t);
  const file = join(dir, "flow.db.instance");
  writeFileSync(file, "planted");
  chmodSync(file, 0o666);
  const { ino } = lstatSync(file);
  await startServer(t, file);
  const found = lstatSync(file);
  assert.equal(found.mode & 0o777, 0o600);
  assert.notEqual(found.ino, ino);
});

test("a stop ends the connections of live events, and does not wait for their clients", async (t) => {
  const file = join(scratchFolder(t), "flow.db.instance");
  const http = await startServer(t, file);
  const { token } = JSON.parse(readFileSync(file, "utf8")) as { token: string };
  const answer = await fetch(`${http.url}/api/events`, { headers: { authorization: `Bearer ${token}` } });
  const [text] = await Promise.all([answer.text(), http.close()]);
  // Closed, not cut off: reading it would have thrown.
  assert.match(text, /^event: ready$/m);
});

test("where others reach it, it starts when somebody has to log in, or insecure is set, and says how to make an admin", async (t) => {
  const instanceFile = join(scratchFolder(t), "flow.db.instance");
  const setupToken = async (change: ServerChange) =>
    (await startServer(t, instanceFile, { listen: "0.0.0.0", ...change })).setupToken ?? "";
  await assert.rejects(setupToken({}), (error: Error & { code: string }) => {
    assert.equal(error.code, "not_safe");
    assert.match(error.message, /flowlord users add.*auth\.required = true.*insecure = true/);
    return true;
  });
  const token = /^[\w-]{43}$/;
  assert.equal(await setupToken({ hasUsers: true }), "");
  assert.match(await setupToken({ required: true }), token);
  assert.match(await setupToken({ insecure: true }), token);
  assert.equal(await setupToken({ listen: "127.0.0.1" }), "", "nobody has to log in");
  assert.match(await setupToken({ listen: "127.0.0.1", required: true }), token);
});

test("a request whose headers are too large is refused in the form of every refusal", async (t) => {
  const http = await startServer(t, join(scratchFolder(t), "flow.db.instance"));
  const answer = await fetch(`${http.url}/api/tasks?query=${"x".repeat(20_000)}`);
  assert.equal(answer.status, 431);
  assert.equal(answer.headers.get("content-type"), "application/problem+json; charset=utf-8");
  const { code, detail } = (await answer.json()) as { code: string; detail: string };
  assert.equal(code, "bad_request");
  assert.match(detail, /16 KiB/);
});

test("with a provider everybody has to log in, from the first on, and browsers come by its public name", async (t) => {
  const oidc = {
    // Nobody listens there.
    issuer: "http://127.0.0.1:9/",
    clientId: "flowlord",
    clientSecret: "",
    publicUrl: "https://flow.example.com",
    scopes: ["openid"],
    userClaim: "preferred_username",
    groupsClaim: "groups",
    groups: new Map([["ops", "admin"]]),
  };
  const instanceFile = join(scratchFolder(t), "flow.db.instance");
  const http = await startServer(t, instanceFile, { oidc });
  const { token } = JSON.parse(readFileSync(instanceFile, "utf8")) as { token: string };
  const codeOf = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(http.url + path, { headers });
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };
  assert.deepEqual(await codeOf("/api/me"), [401, "login_needed"]);
  assert.deepEqual(await codeOf("/api/me", { authorization: `Bearer ${token}` }), [200, undefined]);
  assert.deepEqual(await codeOf("/api/login/oidc"), [503, "oidc_unavailable"]);
  assert.notEqual(http.setupToken, null);
  const elsewhere = await startServer(t, join(scratchFolder(t), "flow.db.instance"), { oidc, listen: "0.0.0.0" });
  assert.match(elsewhere.url, /^http:\/\/0\.0\.0\.0:/);
});
