import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pageText, rowsOf, sectionOf } from "./page.ts";

const ROOT = join(import.meta.dirname, "../..");

test("docs/concepts.md says what each word means, has one picture, and README and docs/README.md link to it", () => {
  const words = rowsOf(sectionOf("concepts.md", "Concepts")).map(([word = ""]) => word.replaceAll("**", ""));
  const expected = "type, job, phase, workflow, task, attempt, run, task time, tick, slot".split(", ");
  assert.deepEqual(words, expected);
  const text = pageText("concepts.md");
  assert.equal([...text.matchAll(/^```/gm)].length, 2, "one picture");
  for (const word of ["decision", "outbox"]) assert.ok(text.includes(`**${word}**`), word);
  assert.ok(readFileSync(join(ROOT, "README.md"), "utf8").includes("](docs/concepts.md)"));
  assert.ok(pageText("README.md").includes("](concepts.md)"));
});

test("the glossary of CONTRIBUTING names each term once, in order, and none of what it advises against", () => {
  const [, glossary = assert.fail("no glossary")] = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8").split(
    "## Glossary\n",
  );
  const rows = rowsOf(glossary);
  const terms = rows.map(([term = ""]) => term);
  assert.ok(terms.length >= 20, String(terms.length));
  assert.deepEqual(terms, terms.toSorted());
  const avoided = rows.flatMap(([, , not = ""]) => not.split(", ")).filter((word) => word !== "");
  assert.deepEqual(
    avoided.filter((word) => terms.includes(word)),
    [],
  );
  for (const [term = "", meaning = ""] of rows) assert.match(meaning, /^[A-Z].*\.$/, term);
});
