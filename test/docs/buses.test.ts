import assert from "node:assert/strict";
import { test } from "node:test";
import { BUS_NAMES } from "../../src/bus/open-bus.ts";
import { rowsOf, sectionOf } from "./page.ts";

const TEXT = sectionOf("buses.md", "Buses");

function named(text: string): string[] {
  return [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
}

test("docs/buses.md has a row for every bus there is, and no other", () => {
  const documented = rowsOf(TEXT).flatMap(([names = ""]) => named(names));
  assert.deepEqual(documented.toSorted(), [...BUS_NAMES].toSorted());
});
