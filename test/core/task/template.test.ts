import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

import { fillMeta, fillTime, metaKeys } from "../../../src/core/task/template.ts";
import { partsOf } from "../../../src/core/time/wall-time.ts";

const TIME = partsOf(wallOf(Date.UTC(2023, 3, 5, 6, 7, 8)));
const fill = (template: string, host = "etl-runner-7f9c"): string =>
  fillTime(template, TIME, host, () => "0123abcd-0000-7000-8000-000000000000");

test("time tokens", () => {
  assert.equal(fill("{SLUG}|{HOUR_SLUG}|{DAY_SLUG}|{MONTH_SLUG}"), "2023/04/05/06|2023/04/05/06|2023/04/05|2023/04");
  assert.equal(fill("{yYyY}-{Mm}-{dD}T{hh}:{min} {YY} {TS}"), "2023-04-05T06:07 23 20230405T060708");
  assert.equal(fill("{ts}{MIN}{yyyym}{Y}"), "{ts}{MIN}{yyyym}{Y}");
});

test("host, pod and id tokens", () => {
  assert.equal(fill("{host}|{POD}"), "etl-runner-7f9c|runner-7f9c");
  assert.equal(fill("{uuid}|{uuid}|{UUID}"), "0123abcd|{uuid}|{UUID}");
  assert.equal(fill("{ho\u017Ft}", "box"), "box");
});

test("from the first # on nothing is filled, unless the template begins with it", () => {
  assert.equal(fill("a{dd}#{dd}"), "a05#{dd}");
  assert.equal(fill("#{dd}"), "#05");
});

test("without a time, or for a year of other than four digits, the template stays", () => {
  assert.equal(
    fillTime("{dd}{host}", null, "box", () => ""),
    "{dd}{host}",
  );
  assert.equal(
    fillTime("{dd}", { ...TIME, year: 999 }, "box", () => ""),
    "{dd}",
  );
  assert.equal(
    fillTime("{dd}", { ...TIME, year: 10_000 }, "box", () => ""),
    "{dd}",
  );
});

test("meta tokens take the first value, one key after the other", () => {
  const meta = new Map([
    ["a", ["{meta:c}", "x"]],
    ["b", ["{meta:a}"]],
    ["c", ["$&"]],
    ["none", []],
  ]);
  assert.equal(fillMeta("{meta:a}{meta:b}{meta:c}", meta), "$&{meta:a}$&");
  assert.equal(fillMeta("[{meta:none}{meta:absent}]", meta), "[]");
  assert.equal(fillMeta("{meta:k}", new Map([["k", "v"]])), "v");
  assert.equal(fillMeta("{meta:}{meta:a b}{META:a}", meta), "{meta:}{meta:a b}{META:a}");
});

test("a key that is no plain word is filled where meta has it, and stays where it has not", () => {
  const meta = new Map([
    ["row-count", "7"],
    ["a b", "{meta:c.d}"],
    ["c.d", "x"],
    ["empty-one", ""],
  ]);
  assert.equal(fillMeta("?n={meta:row-count}&{meta:c.d}", meta), "?n=7&x");
  assert.equal(fillMeta("{meta:a b}", meta), "{meta:c.d}");
  assert.equal(fillMeta("{meta:a b}{meta:c.d}", meta), "xx");
  assert.equal(fillMeta("[{meta:empty-one}{meta:word}{meta:no-such}]", meta), "[{meta:no-such}]");
  assert.equal(fillMeta("{meta:{meta:row-count}}", meta), "{meta:7}");
});

test("meta keys are listed as often as they occur", () => {
  assert.deepEqual(metaKeys("{meta:b}-{meta:a}-{meta:b}"), ["b", "a", "b"]);
  assert.deepEqual(metaKeys("{dd}"), []);
  assert.deepEqual(
    metaKeys("{meta:a-b}{meta:c}{meta:d-e}", (key) => key === "a-b"),
    ["a-b", "c"],
  );
});
