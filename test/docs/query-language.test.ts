import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseTaskQuery } from "../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../src/contract/query/task-query-values.ts";
import {
  CLOSED_VALUES,
  FIELD_ALIASES,
  QUERY_CAPS,
  QUERY_FIELDS,
  TaskQueryError,
} from "../../src/contract/query/task-query.ts";
import { bare, blocksOf, pageText, rowsOf, sectionOf } from "./page.ts";

const PAGE = "query-language.md";
const CLOCK = utcClock(Date.parse("2026-05-10T12:00:00Z"));

test("every query of docs/query-language.md is one", () => {
  const queries = blocksOf(PAGE)
    .filter(({ language }) => language === "query")
    .flatMap(({ text }) => text.split("\n").filter((line) => line !== ""));
  assert.ok(queries.length > 25, String(queries.length));
  for (const query of queries) assert.doesNotThrow(() => parseTaskQuery(query, CLOCK), query);
});

test("docs/query-language.md has every field, closed value, other name and cap, and no other", () => {
  const rows = rowsOf(sectionOf(PAGE, "Fields"));
  assert.deepEqual(rows.map(([field]) => bare(field)).toSorted(), [...QUERY_FIELDS, "meta.KEY"].toSorted());
  const meaning = new Map(rows.map(([field, text]) => [bare(field), text ?? ""]));
  for (const [field, values] of CLOSED_VALUES)
    for (const value of values) assert.ok(meaning.get(field)?.includes(`\`${value}\``), `${field}: ${value}`);
  for (const [alias, field] of FIELD_ALIASES) assert.ok(meaning.get(field)?.includes(`\`${alias}\``), alias);
  const errors = sectionOf(PAGE, "Errors");
  for (const cap of Object.values(QUERY_CAPS)) assert.ok(errors.includes(cap.toLocaleString("en-US")), String(cap));
});

test("the operators of each field are those that it takes", () => {
  const value = new Map([
    ["created", "2026-05-01"],
    ["run", "5m"],
    ["attempt", "1"],
    ["state", "queued"],
    ["origin", "tick"],
    ["unresolved", "true"],
  ]);
  for (const [name, , operators = ""] of rowsOf(sectionOf(PAGE, "Fields"))) {
    const field = bare(name);
    const times = ["decided", "started", "ended", "finished", "task_time"].includes(field) ? "created" : field;
    const sample = value.get(times === "queue" ? "run" : times === "record" ? "attempt" : times) ?? "x";
    for (const operator of [":", ">", ">=", "<", "<="]) {
      const takes = operators.includes(`\`${operator}\``);
      const isRange = operators.includes("with a range") && operator === ":";
      const query = `${field}${operator}${isRange ? `${sample}..${sample}` : sample}`;
      if (takes) assert.doesNotThrow(() => parseTaskQuery(query, CLOCK), query);
      else assert.throws(() => parseTaskQuery(query, CLOCK), TaskQueryError, query);
    }
  }
});

test("the grammar of docs/query-language.md is that of the parser", () => {
  const source = readFileSync(new URL("../../src/contract/query/task-query-parser.ts", import.meta.url), "utf8");
  const [block] = blocksOf(PAGE).filter(({ language }) => language === "ebnf");
  for (const line of (block?.text ?? "").trim().split("\n")) assert.ok(source.includes(` *     ${line}`), line);
});

test("the error that docs/query-language.md shows is the one that comes", () => {
  assert.throws(
    () => parseTaskQuery("typ:load boom", CLOCK),
    (error: unknown) => error instanceof TaskQueryError && pageText(PAGE).includes(`\n${error.message}\n`),
  );
});
