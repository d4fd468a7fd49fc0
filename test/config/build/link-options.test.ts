import assert from "node:assert/strict";
import test from "node:test";
import { loadConfig } from "../../../src/config/load-config.ts";
import { ConfigError } from "../../../src/config/read/issue.ts";

function links(toml: string) {
  const { options } = loadConfig({
    file: "c.toml",
    readFile: () => toml,
    env: {},
    flags: new Map(),
    cwd: "/home/me",
  });
  return options.links;
}

function refused(url: string, name = "logs"): string {
  try {
    links(`[[link]]\nname = ${JSON.stringify(name)}\nurl = ${JSON.stringify(url)}\n`);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual([error.issues.length, error.issues[0]?.severity], [1, "error"], url);
    return `${error.issues[0]?.message}; ${error.issues[0]?.remedy}`;
  }
  return assert.fail(url);
}

test("links are templates, in the order of the file", () => {
  assert.deepEqual(links(""), []);
  const two =
    '[[link]]\nname = "logs"\nurl = "https://x.example.com/?run={id}"\n[[link]]\nname = "t"\nurl = "http://y:90/{meta:table}"\n';
  assert.deepEqual(links(two), [
    { name: "logs", parts: ["https://x.example.com/?run=", { token: "id" }] },
    { name: "t", parts: ["http://y:90/", { meta: "table" }] },
  ]);
});

test("a URL that is no link is refused, each with what to do", () => {
  assert.match(refused("https://x/{recrd}"), /has the unknown token \{recrd\}; did you mean \{record\}\?/);
  assert.match(refused("https://x/{customer}"), /unknown token \{customer\}; the tokens are \{id\}, .*\{meta:key\}/);
  assert.match(refused("https://x/{id"), /has a brace that is not part of a token/);
  assert.match(refused("ftp://x/{id}"), /is not an http or https URL/);
  assert.match(refused("javascript:alert({id})"), /is not an http or https URL/);
  assert.match(refused("https://{meta:host}/"), /has a token in its host/);
  assert.match(refused("https://me:pw@x/{id}"), /has a login, and everybody is shown it/);
  assert.match(refused("https://x/?api_key=abc&r={id}"), /has the secret `api_key`, and everybody is shown it/);
  assert.match(refused("https://x/ {id}"), /is not a valid URL/);
  assert.match(refused(`https://x/${"a".repeat(2000)}`), /has more than 2000 characters/);
  assert.match(refused(""), /`url` is missing/);
  assert.match(refused("https://x/", ""), /`name` is missing/);
  assert.match(refused("https://x/", "a\nb"), /`name` is no short text/);
});

test("names are there once, and links at most fifty", () => {
  const one = (name: string): string => `[[link]]\nname = "${name}"\nurl = "https://x/"\n`;
  assert.throws(() => links(one("a") + one("a")), /there is another link of that name/);
  assert.throws(
    () => links(Array.from({ length: 51 }, (_, n) => one(`l${n}`)).join("")),
    /there are 51 `\[\[link\]\]`, at most 50/,
  );
});
