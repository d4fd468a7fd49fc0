import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import assert from "node:assert/strict";
import { test } from "node:test";

import { hourText, infoTime, pathTime, taskTime } from "../../../src/core/task/task-time.ts";

const at = (text: string): number => Date.parse(text);

test("cron of the meta comes before the info", () => {
  assert.equal(taskTime("cron=2022-08-09T10&x=1", "?day=2018-01-02"), at("2022-08-09T10:00:00Z"));
  assert.equal(taskTime(new Map([["cron", ["2022-08-09T7"]]]), ""), at("2022-08-09T07:00:00Z"));
});

test("a cron that is not a time is ignored, one of an unsupported year is not", () => {
  assert.equal(taskTime("cron=2022-02-30T10", "?day=2018-01-02"), at("2018-01-02T00:00:00Z"));
  assert.equal(taskTime("cron=0999-01-01T00", "?day=2018-01-02"), null);
});

test("an info is searched for its finest form first", () => {
  assert.equal(infoTime("?day=2022-08-08&time=2022-08-09T10:11:12Z"), at("2022-08-09T10:11:12Z"));
  assert.equal(infoTime("?holiday=2022-08-09"), at("2022-08-09T00:00:00Z"));
  assert.equal(infoTime("?date=2022-08-09T24:00:00Z"), at("2022-08-09T00:00:00Z"));
  assert.equal(infoTime("gs://b/2022%2F08%2F09/f"), at("2022-08-09T00:00:00Z"));
});

test("an info that is not a URL has no time", () => {
  for (const text of ["%zz?day=2022-08-09", "?day=2022-08-09\n", ":?day=2022-08-09", "s3://b c/2022/08/09"]) {
    assert.equal(infoTime(text), null);
  }
});

test("in a path the first form decides, even when it is not a time", () => {
  assert.equal(pathTime("/2020/01/02/20210304T050607.gz"), at("2021-03-04T05:06:07Z"));
  assert.equal(pathTime("/2020/01/02/20211304T050607.gz"), null);
  assert.equal(pathTime("/a/2021/03/04/05/f"), at("2021-03-04T05:00:00Z"));
  assert.equal(pathTime("/a/2021-02-30/2020/05/f"), null);
  assert.equal(pathTime("/a/2021/03/f"), at("2021-03-01T00:00:00Z"));
  assert.equal(pathTime("/a/f"), null);
});

test("hours are written in UTC, also before 1970", () => {
  assert.equal(hourText(wallOf(at("2022-08-09T10:59:59.999Z"))), "2022-08-09T10");
  assert.equal(hourText(wallOf(at("1969-12-31T23:59:59Z"))), "1969-12-31T23");
});
