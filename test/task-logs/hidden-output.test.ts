import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { redactor } from "../../src/contract/redact/redact.ts";
import { DEFAULT_RULES } from "../../src/contract/redact/rules.ts";
import { HiddenOutput } from "../../src/task-logs/hidden-output.ts";

const CANARY = "canary7f3a9";
const REDACT = redactor({ ...DEFAULT_RULES, secrets: ["env-secret-1"] });

function written(...pieces: readonly (string | Buffer)[]): string {
  const out: Buffer[] = [];
  const output = new HiddenOutput(REDACT, (bytes) => {
    out.push(bytes);
    return null;
  });
  for (const piece of pieces) void output.write(Buffer.from(piece as string));
  output.end();
  return Buffer.concat(out).toString("latin1");
}

test("a secret is hidden wherever the output is cut into pieces", () => {
  const text = `start\npassword=${CANARY} end\r\nit used env-secret-1.\rAuthorization: Bearer ${CANARY}\nlast token: ${CANARY}`;
  const whole = written(text);
  assert.equal(
    whole,
    "start\npassword=******** end\r\nit used ********.\rAuthorization: ********\nlast token: ********",
  );
  for (let cut = 1; cut < text.length; cut += 1) assert.equal(written(text.slice(0, cut), text.slice(cut)), whole);
  assert.equal(written(...text.split("")), whole);
});

test("bytes without a secret stay as they are, whatever they are", () => {
  const bytes = Buffer.from(Array.from({ length: 1024 }, (_, at) => (at * 7) % 256));
  assert.equal(written(bytes.subarray(0, 333), bytes.subarray(333)), bytes.toString("latin1"));
});

test("a private key is hidden line by line to its end, and what follows is not", () => {
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${`${CANARY}AAAA+/=\n`.repeat(30)}-----END RSA PRIVATE KEY-----\n`;
  for (const pieces of [
    [key, "after\n"],
    [...key.split(""), "after\n"],
  ]) {
    const out = written(...pieces);
    assert.ok(!out.includes(CANARY) && out.endsWith("\nafter\n"), out);
  }
  assert.equal(written("-----BEGIN PRIVATE KEY-----\nis how it begins: {}\n"), "********\nis how it begins: {}\n");
});

describe("a line longer than what is kept of it", () => {
  for (const offset of [0, 1, 2047, 4090, 4100])
    test(`has its secrets hidden, ${offset} before the cut`, () => {
      const text = `${"x ".repeat(35_000).slice(0, 65_536 - offset)} password=${CANARY} ${"y".repeat(70_000)} env-secret-1 ${"z".repeat(9000)}`;
      for (const size of [1000, 65_536, 200_000]) {
        const out = written(...(text.match(new RegExp(`.{1,${size}}`, "g")) ?? []));
        assert.ok(!out.includes(CANARY) && !out.includes("env-secret"), `${offset} ${size}`);
        assert.equal(out.replaceAll("*", "").length, text.replace(CANARY, "").replace("env-secret-1", "").length);
      }
    });

  test("is not kept in memory, and no letter of it is cut", () => {
    const out: Buffer[] = [];
    const output = new HiddenOutput(REDACT, (bytes) => {
      out.push(bytes);
      return null;
    });
    for (let count = 0; count < 300; count += 1) void output.write(Buffer.from("€".repeat(400)));
    assert.ok(Buffer.concat(out).length > 280_000);
    for (const bytes of out) assert.equal(Buffer.from(bytes.toString("utf8")).length, bytes.length);
  });
});
