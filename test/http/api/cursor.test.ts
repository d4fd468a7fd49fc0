import assert from "node:assert/strict";
import { test } from "node:test";
import { DomainError } from "../../../src/contract/domain-error.ts";
import { askedPage, paginationOf } from "../../../src/http/api/cursor.ts";

const FILTER = { type: "load", state: undefined, limit: 50, cursor: undefined };
const TOTAL = { total: 120, total_is: "exact" } as const;

function refusedWith(cursor: string, filter: object): string {
  try {
    askedPage(cursor, filter);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return "accepted";
}

test("a cursor leads to the page after its own, with its filter alone", () => {
  const first = askedPage(undefined, FILTER);
  assert.deepEqual(first, { page: 1, after: null });
  const { next_cursor: next, ...rest } = paginationOf(first, FILTER, [1700, "a", null], TOTAL);
  assert.deepEqual(rest, { page: 1, ...TOTAL });
  assert.ok(next !== null);
  // The size of a page and the order of the fields are no part of what is listed.
  assert.deepEqual(askedPage(next, { cursor: next, limit: 10, type: "load" }), { page: 2, after: [1700, "a", null] });
  assert.equal(refusedWith(next, { ...FILTER, type: "other" }), "cursor_of_another_filter");
  assert.equal(refusedWith(next, {}), "cursor_of_another_filter");
});

test("the last page has no cursor", () => {
  assert.equal(paginationOf({ page: 3, after: 7 }, FILTER, null, TOTAL).next_cursor, null);
});

test("what is no cursor is refused", () => {
  const forged = (form: unknown): string => Buffer.from(JSON.stringify(form)).toString("base64url");
  for (const cursor of ["", "x", "{}", forged(null), forged({ f: "", p: 1, k: 3 }), forged({ f: "", p: 2, k: {} })])
    assert.equal(refusedWith(cursor, FILTER), "bad_cursor", cursor);
});
