import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { schemaPath, schemaText, SCHEMAS } from "../../../scripts/schemas.ts";
import { TEMPLATE_TOKENS } from "../../../src/core/task/template-tokens.ts";
import { fillMeta, fillTime } from "../../../src/core/task/template.ts";
import { partsOf } from "../../../src/core/time/wall-time.ts";
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

test("docs/workflow-files.md has every token of a template, and no other", () => {
  const section = DOCS.split(/^## /m).find((part) => part.startsWith("Tokens of a template\n")) ?? assert.fail();
  const cells = [...section.matchAll(/^\| (`\{[^|]+) \|/gm)].map((match) => match[1] ?? "");
  const documented = cells.flatMap((cell) => cell.split(", ").map((one) => one.replaceAll("`", "")));
  assert.deepEqual(documented.toSorted(), TEMPLATE_TOKENS.map((one) => one.token).toSorted());
});

test("every token of a template is filled, in the letter case that is documented", () => {
  const time = partsOf(wallOf(Date.UTC(2026, 6, 1, 5, 4, 3)));
  const fill = (text: string): string =>
    fillMeta(
      fillTime(text, time, "etl-7f-9c", () => "0123abcd-0000"),
      new Map([["key", "v"]]),
    );
  const filled = ["2026", "26", "07", "01", "05", "04", "20260701T050403"];
  const slugs = ["2026/07/01/05", "2026/07/01/05", "2026/07/01", "2026/07"];
  assert.deepEqual(
    TEMPLATE_TOKENS.map(({ token }) => fill(token)),
    [...filled, ...slugs, "etl-7f-9c", "7f-9c", "0123abcd", "v"],
  );
  for (const { token, form } of TEMPLATE_TOKENS) {
    for (const other of [token.toUpperCase(), token.toLowerCase()])
      assert.equal(fill(other) !== other, form.test(other), other);
  }
});

test("docs/workflow-files.md has every code of an issue, and no other", () => {
  const source = readFileSync(fileURLToPath(new URL("../../../src/core/workflow/issue.ts", import.meta.url)), "utf8");
  const codes = [...source.matchAll(/^ {2}\| "(\w+)"/gm)].map((match) => match[1] ?? "");
  assert.deepEqual(namesInTable("What is reported").toSorted(), codes.toSorted());
});
