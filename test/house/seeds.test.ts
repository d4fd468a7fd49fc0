import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const ROOT = join(import.meta.dirname, "..");
const PLACE = join("support", "seed.ts");

test("tests draw from the one seed: no other file takes fast-check, reads the seed or has one of its own", () => {
  const own = /from "fast-check"|env\W+FLOWLORD_TEST_SEED|Math\.random|\{ seed: \d/;
  const found = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && path !== PLACE && !path.startsWith("house"))
    .filter((path) => own.test(readFileSync(join(ROOT, path), "utf8")));
  assert.deepEqual(found, []);
});

/** What a process of its own draws, and what it says of that. */
function drawn(env: Readonly<Record<string, string>>): { readonly numbers: string; readonly said: string } {
  const script = `
    import { fc, randomFrom, SEED } from ${JSON.stringify(join(ROOT, PLACE))};
    let numbers = [randomFrom(SEED)()];
    fc.assert(fc.property(fc.nat(), (number) => void numbers.push(number)));
    console.log(JSON.stringify(numbers));`;
  const { CI: _, FLOWLORD_TEST_SEED: __, ...rest } = process.env;
  const text = execFileSync(process.execPath, ["--input-type=module-typescript", "-e", script], {
    env: { ...rest, ...env },
    encoding: "utf8",
  });
  const lines = text.trimEnd().split("\n");
  return { numbers: lines.pop() ?? "", said: lines.join("\n") };
}

test("a seed is pinned on a desk, drawn and printed in CI, and repeated when it is given", () => {
  const desk = drawn({});
  assert.equal(desk.said, "");
  assert.equal(drawn({}).numbers, desk.numbers);
  const ci = drawn({ CI: "true" });
  assert.notEqual(ci.numbers, desk.numbers);
  const [, seed = ""] = /FLOWLORD_TEST_SEED=(\d+)$/.exec(ci.said) ?? [];
  assert.equal(drawn({ FLOWLORD_TEST_SEED: seed }).numbers, ci.numbers);
  assert.throws(() => drawn({ FLOWLORD_TEST_SEED: "one" }), /takes a whole number/);
});
