import { expect, test } from "vitest";
import { readSearch } from "../../../web/routes/tasks/search.ts";
import { knownColumns, shownByDefault, shownColumns } from "../../../web/routes/tasks/table/columns.ts";

function hidden(query: string): readonly string[] {
  const all = shownByDefault("");
  const shown = shownByDefault(query);
  return [...all].filter((id) => !shown.has(id));
}

test("a column whose value the query fixes is hidden, unless it tells the rows apart", () => {
  expect(hidden("type:load")).toEqual(["type"]);
  expect(hidden("type:load,clean job:eu")).toEqual(["job"]);
  expect(hidden("type:lo* -job:eu")).toEqual([]);
  expect(hidden("result:error workflow:a.toml")).toEqual(["status", "workflow"]);
  expect(hidden("(type:load OR job:eu)")).toEqual([]);
  // What waits may be retrying.
  expect(hidden("state:waiting")).toEqual([]);
});

test("the worker is shown of what runs", () => {
  expect(shownByDefault("").has("worker")).toBe(false);
  expect(shownByDefault("state:running").has("worker")).toBe(true);
});

test("an address says what is searched for, also a word that is a number", () => {
  expect(readSearch({ q: 17, sort: "-run", columns: "status,job", as: "groups" })).toEqual({
    q: "17",
    sort: "-run",
    columns: "status,job",
    as: "groups",
  });
  expect(readSearch({ q: "", sort: "size", as: "tree" })).toEqual({ q: "" });
});

test("columns are shown as somebody wants them, and of an address those that there are", () => {
  expect(shownColumns("type:load", { type: true, worker: true, info: false })).toContain("type");
  expect(shownColumns("", { info: false })).not.toContain("info");
  expect(knownColumns("job,size,status")).toEqual(["job", "status"]);
  expect(knownColumns("size")).toBeNull();
  expect(knownColumns(undefined)).toBeNull();
});
