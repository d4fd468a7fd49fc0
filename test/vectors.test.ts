import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { answersFor, judge, readCases, vectorNames } from "../scripts/vector-runner.ts";

const FOLDER = fileURLToPath(new URL("vectors", import.meta.url));
const SHOWN = 5;

for (const name of vectorNames(FOLDER)) {
  const module = await answersFor(name);
  test(`recorded answers: ${name}`, async () => {
    assert.ok(module, `test/vector-answers/*/${name}.ts is missing`);
    const failures: string[] = [];
    for (const testCase of readCases(FOLDER, name)) {
      const verdict = await judge(module, testCase);
      if (verdict.kind === "failed") {
        failures.push(`${testCase.name}\n  expected ${verdict.expected}\n  got      ${verdict.got}`);
      }
    }
    assert.ok(failures.length === 0, `${failures.length} failed, among them\n${failures.slice(0, SHOWN).join("\n")}`);
  });
}
