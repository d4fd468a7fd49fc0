import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { schemaPath, schemaText, SCHEMAS } from "../../../scripts/schemas.ts";
import { PARAMETERS, PHASE_KEYS } from "../../../src/core/workflow/workflow-schema.ts";

const DOCS = readFileSync(fileURLToPath(new URL("../../../docs/workflow-files.md", import.meta.url)), "utf8");

function namesInTable(heading: string): string[] {
  const section =
    DOCS.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`)) ?? assert.fail(`no section ${heading}`);
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] ?? "");
}

for (const name of Object.keys(SCHEMAS)) {
  test(`schemas/${name} matches its definition`, () => {
    assert.equal(readFileSync(schemaPath(name), "utf8"), schemaText(name), "run: npm run schemas");
  });
}

test("docs/workflow-files.md has every key and parameter, and no other", () => {
  assert.deepEqual(namesInTable("The keys of a phase").toSorted(), [...PHASE_KEYS].toSorted());
  assert.deepEqual(namesInTable("Parameters").toSorted(), PARAMETERS.map((one) => one.name).toSorted());
});

test("docs/workflow-files.md has every code of an issue, and no other", () => {
  const source = readFileSync(fileURLToPath(new URL("../../../src/core/workflow/issue.ts", import.meta.url)), "utf8");
  const codes = [...source.matchAll(/^ {2}\| "(\w+)"/gm)].map((match) => match[1] ?? "");
  assert.deepEqual(namesInTable("What is reported").toSorted(), codes.toSorted());
});
