import assert from "node:assert/strict";
import test from "node:test";
import { loadConfig } from "../../../src/config/load-config.ts";
import { ConfigError } from "../../../src/config/read/issue.ts";

function load(toml: string) {
  return loadConfig({ file: "c.toml", readFile: () => toml, env: {}, flags: new Map(), cwd: "/srv" });
}

function publicUrl(text: string): string | null {
  return load(`public_url = ${JSON.stringify(text)}\n`).options.publicUrl;
}

function refusal(text: string): string {
  try {
    publicUrl(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(
      error.issues.map(({ code }) => code),
      ["bad_value"],
    );
    return `${error.issues[0]?.message}; ${error.issues[0]?.remedy}`;
  }
  return assert.fail(`${JSON.stringify(text)} was taken`);
}

test("public_url is an address without a slash at its end, or nothing", () => {
  assert.equal(publicUrl(""), null);
  assert.equal(publicUrl("https://flowlord.example.com"), "https://flowlord.example.com");
  assert.equal(publicUrl("https://flowlord.example.com/"), "https://flowlord.example.com");
  assert.equal(publicUrl("HTTPS://Flowlord.Example.com:443/"), "https://flowlord.example.com");
  assert.equal(publicUrl("http://10.0.0.5:8080"), "http://10.0.0.5:8080");
  assert.equal(publicUrl("http://[fd00::5]:8080/"), "http://[fd00::5]:8080");
});

test("without it, that of [oidc] is meant, and with it that is not", () => {
  const oidc = [
    '[auth]\ntrusted_proxies = ["10.0.0.1"]\n[oidc]\nissuer = "https://login.example.com"\nclient_id = "flowlord"',
    'public_url = "https://flowlord.example.com"\ngroups = { admins = "admin" }\n',
  ].join("\n");
  assert.equal(load(oidc).options.publicUrl, "https://flowlord.example.com");
  assert.equal(
    load(`public_url = "https://tasks.example.com"\n${oidc}`).options.publicUrl,
    "https://tasks.example.com",
  );
});

for (const [what, text] of [
  ["no URL", "flowlord"],
  ["a host alone", "flowlord.example.com"],
  ["a host and a port", "flowlord.example.com:8080"],
  ["a path alone", "/flowlord"],
  ["no host", "https://"],
  ["a port that there is not", "https://flowlord.example.com:99999"],
  ["a script", "javascript:alert(1)"],
  ["a script that looks like a host", "javascript://flowlord.example.com/%0aalert(1)"],
  ["data", "data:text/html,hello"],
  ["a file", "file:///srv/flowlord"],
  ["another protocol", "ftp://flowlord.example.com"],
  ["a login", "https://ann:secret@flowlord.example.com"],
  ["a name without a password", "https://ann@flowlord.example.com"],
  ["a path", "https://example.com/flowlord"],
  ["a path with a slash at its end", "https://example.com/flowlord/"],
  ["a query", "https://flowlord.example.com/?a=b"],
  ["a fragment", "https://flowlord.example.com/#alerts"],
  ["a space before it", " https://flowlord.example.com"],
  ["two lines", "https://flowlord.example.com\nhttps://example.com"],
] as const)
  test(`public_url is refused: ${what}`, () => {
    assert.equal(
      refusal(text),
      '`public_url` is not an http or https URL without login and path; write it as in "https://flowlord.example.com"',
    );
  });
