import assert from "node:assert/strict";
import test from "node:test";
import { wallOf } from "../../../src/contract/time/wall-ms.ts";
import { linksOf, linksOfPhase, parseLink, type LinkTemplate } from "../../../src/core/task/task-links.ts";

const TASK = {
  id: "run/1",
  record: 12,
  type: "load",
  job: "eu west",
  workflow: "group/sales.toml",
  task_time: wallOf(Date.UTC(2026, 0, 31, 5)),
  meta: "table=a%26b&note=gr%C3%BCn&empty=",
};

function link(url: string, name = "logs"): LinkTemplate {
  const parsed = parseLink(url);
  assert.ok("parts" in parsed, url);
  return { name, parts: parsed.parts };
}

function urlOf(url: string, task: Partial<typeof TASK> & { readonly task_time?: null; readonly meta?: string } = {}) {
  return linksOf([link(url)], { ...TASK, ...task })[0]?.url ?? null;
}

test("tokens are fields of the task, encoded for a URL", () => {
  assert.equal(urlOf("https://x/?r={id}&n={record}"), "https://x/?r=run%2F1&n=12");
  assert.equal(urlOf("https://x/{type}/{job}/{workflow}"), "https://x/load/eu%20west/group%2Fsales.toml");
  assert.equal(urlOf("https://x/{day}/{task_time}"), "https://x/2026-01-31/2026-01-31T05");
  assert.equal(urlOf("https://x/{meta:table}#{meta:note}"), "https://x/a%26b#gr%C3%BCn");
  assert.equal(urlOf("https://x/"), "https://x/");
  assert.equal(urlOf("https://x/{meta:k}", { meta: "k=../../a?b%3D\ud800" }), "https://x/..%2F..%2Fa%3Fb%3D%EF%BF%BD");
});

test("a link is left out where a token has no value", () => {
  assert.equal(urlOf("https://x/{meta:gone}"), null);
  assert.equal(urlOf("https://x/{meta:empty}"), null);
  assert.equal(urlOf("https://x/{day}", { task_time: null } as never), null);
  assert.equal(urlOf("https://x/{job}", { job: "" }), null);
  const links = [link("https://x/{id}", "run"), link("https://x/{type}", "phase"), link("https://x/{day}", "day")];
  assert.deepEqual(linksOfPhase(links, TASK), [{ name: "phase", url: "https://x/load" }]);
  assert.deepEqual(
    linksOfPhase(links, TASK, TASK.task_time).map(({ name }) => name),
    ["phase", "day"],
  );
});

test("an unknown token and a single brace are told apart from text", () => {
  for (const [url, wrong] of [
    ["https://x/{run}", "{run}"],
    ["https://x/{meta:}", "{meta:}"],
    ["https://x/{}", "{}"],
    ["https://x/{id", "https://x/{id"],
    ["https://x/id}", "https://x/id}"],
  ])
    assert.deepEqual(parseLink(url ?? ""), { wrong }, url);
});
