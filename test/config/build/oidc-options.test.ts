import assert from "node:assert/strict";
import test from "node:test";
import { loadConfig } from "../../../src/config/load-config.ts";
import { ConfigError } from "../../../src/config/read/issue.ts";
import { secretsOf } from "../../../src/config/shown.ts";

const OIDC = {
  issuer: '"https://login.example.com/realms/data"',
  client_id: '"flowlord"',
  public_url: '"https://flowlord.example.com"',
  groups: '{ ops = "operator on workflow:sales/*", admins = "admin" }',
};

function tomlOf(change: Readonly<Record<string, string | undefined>>): string {
  const keys = Object.entries({ ...OIDC, ...change }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} = ${value}`],
  );
  return `[auth]\ntrusted_proxies = ["10.0.0.1"]\n[oidc]\n${keys.join("\n")}\n`;
}

function load(toml: string, env: Readonly<Record<string, string>> = {}) {
  return loadConfig({ file: "c.toml", readFile: () => toml, env, flags: new Map(), cwd: "/srv" });
}

function refusal(change: Readonly<Record<string, string | undefined>>): string {
  try {
    load(tomlOf(change));
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.equal(error.issues.length, 1, error.message);
    return `${error.issues[0]?.message}; ${error.issues[0]?.remedy}`;
  }
  return assert.fail(JSON.stringify(change));
}

test("nobody logs in at a provider unless [oidc] names one", () => {
  assert.equal(load("").options.oidc, null);
  assert.equal(load('[oidc]\nclient_id = "flowlord"\n').options.oidc, null);
});

test("[oidc] is read with its defaults, and its secret from the environment is hidden", () => {
  const { options, settings, warnings } = load(tomlOf({}), { FLOWLORD_OIDC__CLIENT_SECRET: "hunter2hunter2" });
  assert.deepEqual(options.oidc, {
    issuer: "https://login.example.com/realms/data",
    clientId: "flowlord",
    clientSecret: "hunter2hunter2",
    publicUrl: "https://flowlord.example.com",
    scopes: ["openid", "profile"],
    userClaim: "preferred_username",
    groupsClaim: "groups",
    groups: new Map([
      ["ops", "operator on workflow:sales/*"],
      ["admins", "admin"],
    ]),
  });
  assert.deepEqual(warnings, []);
  assert.deepEqual(secretsOf(settings), ["hunter2hunter2"]);
  const named = load(tomlOf({ scopes: '["openid", "groups"]', user_claim: '"email"', groups_claim: '"roles"' }));
  assert.deepEqual(named.options.oidc?.scopes, ["openid", "groups"]);
  assert.deepEqual([named.options.oidc?.userClaim, named.options.oidc?.groupsClaim], ["email", "roles"]);
});

test("what is missing or cannot be meant is refused, each with what to do", () => {
  for (const key of ["client_id", "public_url", "groups"])
    assert.match(refusal({ [key]: undefined }), new RegExp(`\`oidc\\.issuer\` is set, and \`oidc\\.${key}\` is not; `));
  assert.match(refusal({ issuer: '"login.example.com"' }), /`oidc\.issuer` is not an https URL/);
  assert.match(refusal({ issuer: '"http://login.example.com"' }), /is plain HTTP: logins could be read on the way/);
  assert.match(refusal({ public_url: '"https://a:b@flowlord.example.com"' }), /not an https URL without a login/);
  assert.match(refusal({ public_url: '"https://flowlord.example.com/flow"' }), /has a path; give Flowlord a host name/);
  assert.match(refusal({ scopes: '["profile"]' }), /lacks openid/);
  assert.match(refusal({ scopes: '["openid", "a b"]' }), /has one with a space/);
  assert.match(refusal({ user_claim: '""' }), /`oidc\.user_claim` is empty/);
  assert.match(
    refusal({ groups: '{ ops = "boss" }' }),
    /what "ops" gives is no role; "boss" is not a role: it is one of/,
  );
});

test("plain HTTP is for a provider, and for browsers, on this machine alone", () => {
  for (const host of ["localhost:8080", "127.0.0.1:9", "[::1]:9"]) {
    const { options } = load(tomlOf({ issuer: `"http://${host}"`, public_url: `"http://${host}"` }));
    assert.equal(options.oidc?.publicUrl, `http://${host}`);
  }
  assert.match(refusal({ issuer: '"http://127.0.0.1.example.com"' }), /plain HTTP/);
});

test("browsers over TLS, of which the server does not know, are a warning", () => {
  const toml = tomlOf({}).replace(/^\[auth\]\n.*\n/, "");
  assert.deepEqual(
    load(toml).warnings.map(({ code }) => code),
    ["plain_cookies"],
  );
  assert.deepEqual(load(`[tls]\ncertificate = "a"\nkey = "b"\n${toml}`).warnings, []);
});
