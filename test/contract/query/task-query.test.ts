import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseTaskQuery } from "../../../src/contract/query/task-query-parser.ts";
import { utcClock, type QueryClock } from "../../../src/contract/query/task-query-values.ts";
import {
  EVERY_TASK,
  TaskQueryError,
  type TaskQuery,
  type TaskQueryErrorCode,
} from "../../../src/contract/query/task-query.ts";
import { HOUR } from "../../../src/contract/time/time-units.ts";
import { fc } from "../../support/seed.ts";

const NOW = Date.parse("2026-05-10T12:00:00Z");
const CLOCK = utcClock(NOW);

function parse(text: string, clock: QueryClock = CLOCK): TaskQuery {
  return parseTaskQuery(text, clock);
}

function rangeOf(text: string, clock?: QueryClock): readonly (string | number | null)[] {
  const query = parse(text, clock);
  assert.ok(query.kind === "range");
  return query.ranges.flatMap(({ from, until }) => [from, until]);
}

const at = (text: string): number => Date.parse(text);

describe("a query of tasks", () => {
  it("may be empty: then it finds all", () => {
    assert.deepEqual(parse(""), EVERY_TASK);
    assert.deepEqual(parse("  \t"), EVERY_TASK);
  });

  it("binds OR weaker than a blank, and a sign to what follows it", () => {
    const term = (text: string): TaskQuery => ({ kind: "words", field: "any", phrases: [[[text]]] });
    assert.deepEqual(parse("a b OR -c"), {
      kind: "or",
      terms: [
        { kind: "and", terms: [term("a"), term("b")] },
        { kind: "not", term: term("c") },
      ],
    });
    assert.deepEqual(parse("a AND (b OR c)"), parse("a (b OR c)"));
    assert.deepEqual(parse("NOT a"), parse("-a"));
    assert.deepEqual(parse("-(a)"), { kind: "not", term: term("a") });
    assert.deepEqual(parse("or"), term("or"));
  });

  it("reads lists, quotes, wildcards and signs that mean themselves", () => {
    assert.deepEqual(parse('type:a,"b c",d*'), { kind: "text", field: "type", values: [["a"], ["b c"], ["d", ""]] });
    assert.deepEqual(parse(String.raw`meta.k:"a\"b\\c\*d*"`), { kind: "meta", key: "k", values: [['a"b\\c*d', ""]] });
    assert.deepEqual(parse("job:**a**"), { kind: "text", field: "job", values: [["", "a", ""]] });
    assert.deepEqual(parse('result:"failed",err*,weird'), {
      kind: "text",
      field: "result",
      values: [["failed"], ["err", ""], ["weird"]],
    });
    assert.deepEqual(parse('result:""'), { kind: "text", field: "result", values: [[""]] });
    assert.deepEqual(parse("Retry=2"), parse("attempt:2"));
    assert.deepEqual(parse("Größe/x"), { kind: "words", field: "any", phrases: [[["große"], ["x"]]] });
  });

  it("takes a written time for all that it covers", () => {
    assert.deepEqual(rangeOf("created:2026-05-01"), [at("2026-05-01T00:00:00Z"), at("2026-05-02T00:00:00Z")]);
    assert.deepEqual(rangeOf("created>2026-05-01"), [at("2026-05-02T00:00:00Z"), null]);
    assert.deepEqual(rangeOf("created>=2026-05-01"), [at("2026-05-01T00:00:00Z"), null]);
    assert.deepEqual(rangeOf("created<2026-05-01"), [null, at("2026-05-01T00:00:00Z")]);
    assert.deepEqual(rangeOf("created:<=2026-05"), [null, at("2026-06-01T00:00:00Z")]);
    assert.deepEqual(rangeOf("created:2026..2026-02"), [at("2026-01-01T00:00:00Z"), at("2026-03-01T00:00:00Z")]);
    assert.deepEqual(rangeOf("created:2026-05-01T13"), [at("2026-05-01T13:00:00Z"), at("2026-05-01T14:00:00Z")]);
    const second = at("2026-05-01T11:30:05Z");
    assert.deepEqual(rangeOf("created:2026-05-01T13:30:05+02:00"), [second, second + 1000]);
    assert.deepEqual(rangeOf("created:2026-05-01T11:30:05.250Z"), [second + 250, second + 251]);
    assert.deepEqual(rangeOf("created>-2h"), [NOW - 2 * HOUR + 1, null]);
    assert.deepEqual(rangeOf("created:-1d..now"), [NOW - 24 * HOUR, NOW + 1]);
    assert.deepEqual(rangeOf("created:yesterday"), [at("2026-05-09T00:00:00Z"), at("2026-05-10T00:00:00Z")]);
    assert.deepEqual(rangeOf("created:..2026-05-01,2026-05-03.."), [
      null,
      at("2026-05-02T00:00:00Z"),
      at("2026-05-03T00:00:00Z"),
      null,
    ]);
  });

  it("reads a task time as it is written and shown, whatever the zone of its clock", () => {
    const clock: QueryClock = {
      now: NOW,
      zone: "+02:00",
      toWall: (time) => time + 2 * HOUR,
      fromWall: (wall) => wall - 2 * HOUR,
    };
    const hour = [at("2026-05-01T05:00:00Z"), at("2026-05-01T06:00:00Z")];
    assert.deepEqual(rangeOf("task_time:2026-05-01T05", clock), hour);
    const second = [at("2026-05-01T05:00:00Z"), at("2026-05-01T05:00:01Z")];
    assert.deepEqual(rangeOf(`task_time:"2026-05-01T05:00:00"`, clock), second);
    assert.deepEqual(
      rangeOf("created:2026-05-01T05", clock),
      hour.map((time) => time - 2 * HOUR),
    );
  });

  it("reads a task time with an offset as the instant that it is", () => {
    const moment = (from: string | null, until: string | null): TaskQuery => {
      const ms = (text: string | null): number | null => (text === null ? null : at(text));
      return { kind: "moment", ranges: [{ from: ms(from), until: ms(until) }], zone: "UTC" };
    };
    const [zulu, later] = ["2026-05-01T05:00:00Z", "2026-05-01T05:00:01Z"];
    assert.deepEqual(parse(`task_time:"${zulu}"`), moment(zulu, later));
    assert.deepEqual(parse(`task_time:"2026-05-01T01:00:00-04:00"`), moment(zulu, later));
    assert.deepEqual(parse(`task_time>"${zulu}"`), moment(later, null));
    assert.deepEqual(parse(`task_time<="${zulu}"`), moment(null, later));
    assert.deepEqual(parse(`task_time:"${zulu}".."2026-05-02T00:00:00+02:00"`), moment(zulu, "2026-05-01T22:00:01Z"));
    const both = parse(`task_time:2026-04,"${zulu}"`);
    assert.ok(both.kind === "or" && both.terms.map(({ kind }) => kind).join() === "range,moment");
    assert.throws(() => parse(`task_time:2026-04.."${zulu}"`), /write both with an offset, or none/);
  });

  it("reads days in the zone of its clock", () => {
    const clock: QueryClock = {
      now: NOW,
      zone: "+02:00",
      toWall: (time) => time + 2 * HOUR,
      fromWall: (wall) => wall - 2 * HOUR,
    };
    assert.deepEqual(rangeOf("created:2026-05-01", clock), [at("2026-04-30T22:00:00Z"), at("2026-05-01T22:00:00Z")]);
    const evening = { ...clock, now: at("2026-05-10T22:30:00Z") };
    assert.deepEqual(rangeOf("created:today", evening), [at("2026-05-10T22:00:00Z"), at("2026-05-11T22:00:00Z")]);
  });

  it("reads durations", () => {
    assert.deepEqual(rangeOf("run>1h30m"), [90 * 60_000 + 1, null]);
    assert.deepEqual(rangeOf("queue:1.5s..2d"), [1500, 48 * HOUR + 1]);
    assert.deepEqual(rangeOf("run<100ms"), [null, 100]);
  });
});

describe("a text that is no query", () => {
  const bad: readonly [text: string, code: TaskQueryErrorCode, offset: number, length: number, nearest?: string][] = [
    ["typ:load", "query_unknown_field", 0, 3, "type"],
    ["a creatd>-2h", "query_unknown_field", 2, 6, "created"],
    ["http://host", "query_unknown_field", 0, 4],
    ["state:active", "query_unknown_value", 6, 6, "running"],
    ["-state:failed", "query_unknown_value", 7, 6, "finished"],
    ["state:xyz*", "query_unknown_value", 6, 4],
    ["type:load:eu", "query_unknown_value", 5, 7],
    ["created:2026-05-02..2026-05-01", "query_empty_range", 8, 22],
    ["run:5m..1m", "query_empty_range", 4, 6],
    ["state:finishd", "query_unknown_value", 6, 7, "finished"],
    ["result:failed", "query_unknown_value", 7, 6, "error"],
    ["-result:warn,OK", "query_unknown_value", 13, 2, "complete"],
    ["result:Complete", "query_unknown_value", 7, 8, "complete"],
    ["result!=complete", "query_wrong_operator", 0, 8],
    ["(meta.a-b==1)", "query_wrong_operator", 1, 10],
    ["msg=~x", "query_wrong_operator", 0, 5],
    ["created:2026-02-30", "query_bad_time", 8, 10],
    ["created:2026-05-01..x", "query_bad_time", 20, 1],
    ["run>5", "query_bad_duration", 4, 1],
    ["run>-5m", "query_bad_duration", 4, 3],
    ["attempt:x", "query_bad_number", 8, 1],
    ["type:", "query_missing_value", 5, 0],
    ["type:a,", "query_missing_value", 7, 0],
    ["created:..", "query_missing_value", 8, 2],
    ["type>a", "query_wrong_operator", 0, 5],
    ["meta.k>a", "query_wrong_operator", 0, 7],
    ["run:5m", "query_wrong_operator", 0, 6],
    ["run>1m..5m", "query_wrong_operator", 0, 10],
    ["attempt>1,2", "query_wrong_operator", 0, 10],
    ["***", "query_no_words", 0, 3],
    ['"abc', "query_unclosed_quote", 0, 4],
    ["(a", "query_unbalanced", 0, 1],
    ["a)", "query_unbalanced", 1, 1],
    ["a OR", "query_unexpected", 4, 0],
    ["OR a", "query_unexpected", 0, 2],
    ["()", "query_unexpected", 1, 1],
    ["a".repeat(2001), "query_too_long", 2000, 1],
    ["a ".repeat(51), "query_too_many_terms", 100, 1],
    [`type:${"a,".repeat(51)}`, "query_too_many_values", 106, 1],
    ["(".repeat(11), "query_too_deep", 10, 1],
  ];
  for (const [text, code, offset, length, nearest = null] of bad) {
    it(`${code}: ${text.slice(0, 30)}`, () => {
      assert.throws(
        () => parse(text),
        (error: unknown) => {
          assert.ok(error instanceof TaskQueryError);
          assert.deepEqual(
            [error.code, error.offset, error.length, error.nearest],
            [code, offset, length, nearest],
            error.message,
          );
          return true;
        },
      );
    });
  }

  it("is always told by a place within the text", () => {
    const pieces = fc.constantFrom(
      "type",
      ":",
      "a",
      '"',
      "(",
      ")",
      "-",
      " ",
      "OR",
      ">",
      "..",
      ",",
      "*",
      "\\",
      "2026-05-01",
      "run",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const text = parts.join("");
        try {
          parse(text);
        } catch (error) {
          assert.ok(error instanceof TaskQueryError, text);
          assert.ok(error.offset >= 0 && error.offset + error.length <= text.length, `${text}: ${error.offset}`);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
