import { expect, test } from "vitest";
import { commandOf, draftOf, lastWeek, readPairs } from "../../../web/routes/backfill/new/draft.ts";
import { readSearch } from "../../../web/routes/backfill/search.ts";

const NOW = Date.parse("2026-11-29T23:30:00Z");

test("an empty address is last week of the zone, and no draft without a phase", () => {
  expect(lastWeek(NOW, "UTC")).toEqual({ from: "2026-11-22", to: "2026-11-28" });
  expect(lastWeek(NOW, "Europe/Berlin")).toEqual({ from: "2026-11-23", to: "2026-11-29" });
  expect(draftOf({}, NOW, "UTC")).toBeNull();
});

test("what the address says is what the API is asked for", () => {
  const search = readSearch({
    of: "load:eu",
    workflow: "a/b.toml",
    from: "2026-01-01T05",
    by: "hour",
    meta: "grain=hour, k = v=w",
    only: "missing,failed",
    newest: true,
    active: 4,
    children: true,
    stop: true,
    state: "no parameter of this page",
  });
  expect(Object.keys(search)).not.toContain("state");
  expect(draftOf(search, NOW, "UTC")).toEqual({
    type: "load",
    job: "eu",
    workflow: "a/b.toml",
    from: "2026-01-01T05",
    to: null,
    step: "hour",
    order: "newest",
    meta: { grain: "hour", "k ": " v=w" },
    meta_file: "",
    only: "missing,failed",
  });
});

test("what cannot be meant is left out of the address", () => {
  expect(readSearch({ by: "year", only: "none", active: 0, list: "all", children: "yes" })).toEqual({});
  // The router reads what looks like a number as one.
  expect(readSearch({ from: 2026 })).toEqual({ from: "2026" });
  expect(readPairs("grain")).toBeNull();
  expect(draftOf({ of: "a", meta: "grain" }, NOW, "UTC")).toBeNull();
});

test("the command says the same, each value one word of a shell", () => {
  const search = readSearch({
    of: "load:o'brien $x",
    workflow: "my flow.toml",
    from: "2026-01-01",
    to: "2026-01-31",
    meta: "customer=acme & co,grain=hour",
    only: "missing,failed",
    children: true,
    active: 4,
  });
  const draft = draftOf(search, NOW, "UTC");
  expect(draft && commandOf(draft, search)).toBe(
    String.raw`flowlord backfill 'load:o'\''brien $x' --from 2026-01-01 --to 2026-01-31 --workflow 'my flow.toml' --meta 'customer=acme & co,grain=hour' --only missing,failed --max-active 4 --children --execute`,
  );
  const plain = draftOf({ of: "load" }, NOW, "UTC");
  expect(plain && commandOf(plain, {})).toBe("flowlord backfill load --from 2026-11-22 --to 2026-11-28 --execute");
});
