import assert from "node:assert/strict";
import { test } from "node:test";
import { BUS_NAMES } from "../../src/bus/open-bus.ts";
import { pagesIn, pageText, rowsOf, sectionOf } from "./page.ts";

const TEXT = sectionOf("buses.md", "Buses");

function named(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}

/** Buses that are told of on the page of another: its halves, and the one that swallows everything. */
const WITHOUT_PAGE = new Set(["stdin", "stdout", "stderr", "nop", "null"]);

test("every bus has a page of its own, and docs/buses.md and docs/README.md link to each", () => {
  const expected = BUS_NAMES.filter((name) => !WITHOUT_PAGE.has(name)).toSorted();
  assert.deepEqual(
    pagesIn("buses"),
    expected.map((name) => `${name}.md`),
  );
  for (const page of ["buses.md", "README.md"]) {
    const linked = [...pageText(page).matchAll(/\]\(buses\/(\w+)\.md\)/g)].map(([, name = ""]) => name);
    assert.deepEqual([...new Set(linked)].toSorted(), expected, page);
  }
});

test("docs/buses.md has a row for every bus there is, and no other", () => {
  const documented = rowsOf(TEXT).flatMap(([names = ""]) => named(names));
  assert.deepEqual(documented.toSorted(), [...BUS_NAMES].toSorted());
});
