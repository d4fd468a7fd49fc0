import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULT_RULES, MASK, redactedValue, redactor } from "../../../src/core/text/redact.ts";

const CANARY = "canary7f3a9";
const redact = redactor(DEFAULT_RULES);

describe("a secret is hidden", () => {
  for (const text of [
    `password=${CANARY}`,
    `day=2026-01-01&db_password=${CANARY}&region=eu`,
    `?API-Key=${CANARY}`,
    `apiKey=${CANARY},${CANARY}`,
    `{"password":"${CANARY}"}`,
    `{"a":{"client_secret": "x ${CANARY} \\" y"},"b":1}`,
    `{"info":"{\\"password\\":\\"${CANARY}\\"}"}`,
    `{'secret': '${CANARY}'}`,
    `{"token":${Number.MAX_SAFE_INTEGER},"session_token":"${CANARY}"}`,
    `login failed: password: ${CANARY}`,
    `Authorization: Bearer ${CANARY}.x`,
    `authorization: basic ${CANARY}`,
    `curl -H "Authorization: Bearer ${CANARY}"`,
    `postgres://etl:${CANARY}@db.example/x`,
    `https://${CANARY}@example.org/`,
    `meta=secret%3D${CANARY}`,
    `flk_${CANARY}${CANARY}${CANARY}`,
    `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\n${CANARY}`,
    `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${CANARY}`,
  ])
    test(text.slice(0, 60), () => {
      const hidden = redact.text(text);
      assert.ok(!hidden.includes(CANARY), hidden);
      assert.ok(hidden.includes(MASK));
    });
});

describe("what is no secret stays", () => {
  for (const text of [
    "day=2026-01-01&region=eu",
    "the password was wrong",
    "token:",
    '{"tokens":[1,2],"tokenized":"yes"}',
    '{"secret":null,"password":{"min":12}}',
    "s3://bucket/a@b/c?x=1",
    "mail ada@example.org",
    "gs://in/2026/{yyyy}/tokens.csv",
    "",
  ])
    test(text, () => assert.equal(redact.text(text), text));
});

test("JSON and query strings can still be read, with the other values in them", () => {
  const json = redact.text(JSON.stringify({ a: 1, password: 'x"y', list: [{ token: "t", n: 2 }], z: "end" }));
  assert.deepEqual(JSON.parse(json), { a: 1, password: MASK, list: [{ token: MASK, n: 2 }], z: "end" });
  assert.equal(redact.text("a=1&secret=x&b=2"), `a=1&secret=${MASK}&b=2`);
});

test("own rules replace those that come with it", () => {
  const own = redactor({ keys: ["pin", "x_*", "a*z"], patterns: ["\\b\\d{16}\\b"] });
  assert.equal(
    own.text("pin=1&X-Ray=2&password=3&a_b_z=4&card 1234567812345678"),
    `pin=${MASK}&X-Ray=${MASK}&password=3&a_b_z=${MASK}&card ${MASK}`,
  );
  const none = redactor({ keys: [], patterns: [] });
  assert.equal(none.text("password=1"), "password=1");
  assert.throws(() => redactor({ keys: [], patterns: ["("] }), SyntaxError);
});

test("a large text takes no longer than its length says", () => {
  for (const piece of [
    '"password":"',
    "password=",
    "a:b:",
    '\\\\\\\\"',
    "eyJ.",
    "x://",
    "-----BEGIN PRIVATE KEY-----",
  ]) {
    const text = piece.repeat(Math.ceil(500_000 / piece.length));
    const began = process.cpuUsage();
    redact.text(text);
    const { user } = process.cpuUsage(began);
    assert.ok(user < 5_000_000, `${piece}: ${user} µs`);
  }
});

test("a value for the audit log is cut in length, entries and depth, and its secrets are hidden", () => {
  const value = {
    password: CANARY,
    text: `${"x".repeat(495)} password=${CANARY}`,
    list: Array.from({ length: 30 }, (_, at) => at),
    deep: { a: { b: { c: { d: { e: CANARY } } } } },
    tokens: { access_token: 5, kept: true, none: null },
  };
  const shown = JSON.stringify(redactedValue(value, redact));
  assert.ok(!shown.includes(CANARY), shown);
  assert.match(shown, /"… and 10 more"/);
  assert.match(shown, /"kept":true/);
  assert.ok(shown.length < 2000);
});
