import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ChangingRedact } from "../../../src/contract/redact/changing-redact.ts";
import { MASK } from "../../../src/contract/redact/mask.ts";
import { redactor } from "../../../src/contract/redact/redact.ts";
import { redactedValue } from "../../../src/contract/redact/redacted-value.ts";
import { DEFAULT_RULES } from "../../../src/contract/redact/rules.ts";

const CANARY = "canary7f3a9";
const redact = redactor(DEFAULT_RULES);

describe("a secret is hidden", () => {
  for (const text of [
    `password=${CANARY}`,
    `db.secret:${CANARY}`,
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
    `note=Bearer+${CANARY}&day=1`,
    `note=Bearer%20${CANARY}`,
    `url=postgres%3A%2F%2Fetl%3A${CANARY}%40db.example%2Fx&day=1`,
    `to=${encodeURIComponent(`/x?url=${encodeURIComponent(`https://u:${CANARY}@h/`)}`)}`,
    `api%5Fkey=${CANARY}&day=1`,
    `{"url":"https:\\/\\/u:${CANARY}@h\\/x"}`,
    `bad=%zz&url=https%3A%2F%2Fu%3A${CANARY}%40h`,
    `Cookie: a=1; session=${CANARY}`,
    `Set-Cookie: session=${CANARY}; Path=/`,
    `Authorization: Digest username="a", response="${CANARY}"`.replace(/"/g, ""),
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
    "time=2026-01-01T00%3A00%3A00Z&note=50%25+more",
    "https://h/?mail=ada@example.org",
    "100% of a+b",
    "",
    "secret.toml:1:1: error unreadable: This user may not read it.",
  ])
    test(text, () => assert.equal(redact.text(text), text));
});

test("JSON and query strings can still be read, with the other values in them", () => {
  const json = redact.text(JSON.stringify({ a: 1, password: 'x"y', list: [{ token: "t", n: 2 }], z: "end" }));
  assert.deepEqual(JSON.parse(json), { a: 1, password: MASK, list: [{ token: MASK, n: 2 }], z: "end" });
  assert.equal(redact.text("a=1&secret=x&b=2"), `a=1&secret=${MASK}&b=2`);
});

test("own rules replace those that come with it", () => {
  const own = redactor({ keys: ["pin", "x_*", "a*z"], patterns: ["\\b\\d{16}\\b"], secrets: [] });
  assert.equal(
    own.text("pin=1&X-Ray=2&password=3&a_b_z=4&card 1234567812345678"),
    `pin=${MASK}&X-Ray=${MASK}&password=3&a_b_z=${MASK}&card ${MASK}`,
  );
  const none = redactor({ keys: [], patterns: [], secrets: [] });
  assert.equal(none.text("password=1"), "password=1");
  assert.throws(() => redactor({ keys: [], patterns: ["("], secrets: [] }), SyntaxError);
});

describe("a secret of the configuration is hidden however it is spelt", () => {
  const value = 'p"ä ss/1';
  const known = redactor({ ...DEFAULT_RULES, secrets: [value, "first line of it\nsecond line of it", "short"] });
  for (const text of [
    value,
    JSON.stringify({ x: [value] }),
    encodeURIComponent(value),
    encodeURIComponent(value).toLowerCase(),
    new URLSearchParams({ x: value }).toString(),
    "second line of it",
  ])
    test(text, () => assert.ok(known.text(`a=${text}`).includes(MASK), known.text(text)));

  test("one that is so short that any word may have it is not", () => {
    assert.equal(known.text("shortly"), "shortly");
  });

  test("as the name of a field", () => {
    assert.deepEqual(known.all({ by: { [value]: 1, x: { y: value } } }), { by: { [MASK]: 1, x: { y: MASK } } });
  });
});

test("what was hidden stays as it is when it is hidden again", () => {
  for (const text of ["a=1&password=x y", "https://u:p@h/x", `{"token":"x"}`, "Cookie: a=1; b=2"]) {
    const once = redact.text(text);
    assert.equal(redact.text(once), once);
  }
});

test("an own pattern holds in each line, and one that would match everywhere, or needs lookaround, is refused", () => {
  const own = redactor({ ...DEFAULT_RULES, patterns: ["^card \\d+$", "(?i)cust-[a-f]+"] });
  assert.equal(own.text("a\ncard 12\nCUST-AB x"), `a\n${MASK}\n${MASK} x`);
  for (const pattern of ["x*", "(?<=a)b", "(a)\\1", "(", "a|"])
    assert.throws(() => redactor({ ...DEFAULT_RULES, patterns: [pattern] }), SyntaxError, pattern);
});

test("rules can change, and what was a secret stays one", () => {
  const changing = new ChangingRedact({ ...DEFAULT_RULES, secrets: ["old-secret"] });
  assert.equal(changing.text("old-secret new-secret"), `${MASK} new-secret`);
  changing.use({ ...DEFAULT_RULES, secrets: ["new-secret"] });
  assert.equal(changing.text("old-secret new-secret"), `${MASK} ${MASK}`);
  assert.equal(changing.isSecret("password"), true);
  assert.deepEqual(changing.all({ a: "new-secret" }), { a: MASK });
});

test("a large text takes no longer than its length says, whatever the patterns", () => {
  const patterns = ["(a+)+$", "[a-z]+@[a-z]+x", "(a|a)*b{9}", "(.*)*=card"];
  const hostile = redactor({ ...DEFAULT_RULES, patterns, secrets: ["aaaaaaaaab", "s".repeat(500)] });
  for (const piece of [
    '"password":"',
    "password=",
    "a:b:",
    '\\\\\\\\"',
    "eyJ.",
    "x://",
    "-----BEGIN PRIVATE KEY-----",
    "://a",
    "%41",
    "%3A%2F%2F",
    "+",
    "a",
    "a@",
    "aab",
  ]) {
    const text = piece.repeat(Math.ceil(500_000 / piece.length));
    const began = process.cpuUsage();
    hostile.text(text);
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
