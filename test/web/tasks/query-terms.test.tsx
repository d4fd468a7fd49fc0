import { expect, test } from "vitest";
import { completionsOf, typedWord } from "../../../web/routes/tasks/query/completion.ts";
import {
  both,
  fieldOfTerm,
  splitTerms,
  valuesOf,
  withField,
  without,
  withValues,
} from "../../../web/routes/tasks/query/terms.ts";

test("a query falls into its conditions and words", () => {
  expect(splitTerms("")).toEqual([]);
  expect(splitTerms('type:load,clean -result:complete "connection refused" NOT job:eu AND run>5m')).toEqual([
    "type:load,clean",
    "-result:complete",
    '"connection refused"',
    "NOT job:eu",
    "run>5m",
  ]);
  expect(splitTerms('created:"2026-05-01 10:00".."2026-05-01 11:30" (job:eu OR job:us)')).toEqual([
    'created:"2026-05-01 10:00".."2026-05-01 11:30"',
    "(job:eu OR job:us)",
  ]);
});

test("alternatives, and what cannot be read, are one term", () => {
  expect(splitTerms("job:eu OR job:us")).toEqual(["job:eu OR job:us"]);
  expect(splitTerms("job:eu typ:load")).toEqual(["job:eu typ:load"]);
});

test("what is added must match too, and alternatives keep their meaning", () => {
  expect(both("", "type:load")).toBe("type:load");
  expect(both("job:eu", "boom")).toBe("job:eu boom");
  expect(both("job:eu OR job:us", "a OR b")).toBe("(job:eu OR job:us) (a OR b)");
});

test("a condition is taken off, put in the place of another, and read", () => {
  const query = "type:load created:today boom";
  expect(without(query, "created:today")).toBe("type:load boom");
  expect(withField(query, "created", "created>-2h")).toBe("type:load created>-2h boom");
  expect(withField(query, "job", "job:eu")).toBe("type:load created:today boom job:eu");
  expect(withField(query, "created", null)).toBe("type:load boom");
  expect(fieldOfTerm("meta.file:*.gz")).toBe("meta.file");
  expect(fieldOfTerm("-type:load")).toBeNull();
  expect(valuesOf(query, "type")).toEqual(["load"]);
  expect(valuesOf("type:lo*", "type")).toEqual([]);
});

test("values are quoted so that they mean themselves", () => {
  const query = withValues("boom", "job", ["eu-1", 'a "b" *', "x..y"]);
  expect(valuesOf(query, "job")).toEqual(["eu-1", 'a "b" *', "x..y"]);
  expect(withValues(query, "job", [])).toBe("boom");
});

const FACETS = {
  facets: {
    type: [
      { value: "load", count: 1204 },
      { value: "clean", count: 3 },
    ],
    job: [],
    workflow: [],
    result: [],
    state: [],
  },
  total: 1207,
  total_is: "exact",
  searched_to: null,
  unindexed: 0,
} as const;

test("a word is completed to fields, and behind a field to its values, the most frequent first", () => {
  const known = { facets: FACETS, tasks: [] };
  expect(completionsOf("ty", known).map(({ text }) => text)).toEqual(["type:"]);
  expect(completionsOf("-ta", known).map(({ text }) => text)).toEqual(["-task_time:"]);
  expect(completionsOf("type:", known)).toEqual([
    { text: "type:load", note: "1,204" },
    { text: "type:clean", note: "3" },
  ]);
  expect(completionsOf("type:load,c", known).map(({ text }) => text)).toEqual(["type:load,clean"]);
  expect(completionsOf("state:wai", known).map(({ text }) => text)).toEqual(["state:waiting"]);
  expect(completionsOf("created>", known).map(({ text }) => text)).toContain("created>-24h");
});

test("the word that is typed may have spaces in quotes", () => {
  expect(typedWord('type:load job:"my jo', 20)).toBe('job:"my jo');
  expect(typedWord("type:load job", 4)).toBe("type");
});
