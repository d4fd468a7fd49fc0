import assert from "node:assert/strict";
import { test } from "node:test";
import { infoWorkflows, type InfoWorkflows } from "../../../src/core/legacy/info-page.ts";
import { buildGraph } from "../../../src/core/workflow/graph.ts";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";

const NOW = Date.UTC(2026, 10, 24, 12);

/** Phases as `task`, `rule` and `dependsOn`, by file. */
function infoOf(
  files: Readonly<
    Record<string, readonly (readonly [task: string, rule: string, dependsOn?: string | readonly string[]])[]>
  >,
  firedAt: number | null = null,
): InfoWorkflows {
  let id = 0;
  const graph = buildGraph(
    Object.entries(files).map(([name, phases]) => {
      const text = phases.map(([task, rule, dependsOn = ""]) => {
        const keys = { task, rule, dependsOn, template: "x" };
        return `[[phase]]\n${Object.entries(keys)
          .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
          .join("")}`;
      });
      const parsed = parseWorkflowFile(name, text.join("\n"), { zone: "UTC", now: NOW }).phases;
      return { name, phases: parsed.map((phase) => ({ ...phase, id: (id += 1) })) };
    }),
  );
  const crons = graph.scheduled.map((phase) => ({ phase, nextAt: phase.rule.cron?.next(NOW) ?? null, firedAt }));
  return infoWorkflows(graph, crons);
}

const DAILY = { Next: "2026-11-25T00:00:00Z", Prev: "0001-01-01T00:00:00Z", Schedule: ["@daily?offset=0s"] };

test("a chain is whole, jobs and forks included", () => {
  const info = infoOf({
    "a.toml": [
      ["a:j", "cron=@daily"],
      ["b:j", "", "a:j"],
      ["c", "", "b"],
      ["d:k", "", "b:j"],
      ["e", "", "c"],
    ],
  });
  assert.deepEqual(info, { "a.toml": { "a:j": { ...DAILY, Child: ["b:j ➞ c ➞ e ➞ d:k"] } } });
});

test("two files with the same names are listed apart, and a child in another file is named with it", () => {
  const info = infoOf({
    "a.toml": [
      ["t", "cron=@daily"],
      ["u", "", "t"],
    ],
    "g/a.toml": [
      ["t", "cron=@daily"],
      ["u", "", "a.toml: t"],
      ["v", "", "a.toml: nobody"],
    ],
  });
  assert.deepEqual(info, {
    "a.toml": { t: { ...DAILY, Child: ["u", "g/a.toml: u"] } },
    "g/a.toml": { t: DAILY, v: { warning: "parent task not found: a.toml: nobody" } },
  });
});

test("a phase that is its own ancestor ends the chain, and is listed once", () => {
  const info = infoOf({
    "a.toml": [
      ["a", "", "b"],
      ["b", "", "a"],
      ["c", "cron=@daily"],
      ["d", "", ["c", "d"]],
    ],
  });
  assert.deepEqual(info, { "a.toml": { a: { Child: ["b"] }, c: { ...DAILY, Child: ["d"] } } });
});

test("a parent with any job is found, and one without a schedule says so itself", () => {
  assert.deepEqual(
    infoOf({
      "a.toml": [
        ["lost:j", ""],
        ["kid", "", "lost"],
      ],
    }),
    {
      "a.toml": { "lost:j": { warning: "non-scheduled phase: use depends_on, cron or files", Child: ["kid"] } },
    },
  );
});

test("a batch has no times, and no warning", () => {
  assert.deepEqual(
    infoOf({
      "a.toml": [
        ["a", "cron=@daily&for=-48h"],
        ["b", "cron=@daily&meta=k:1,2"],
      ],
    }),
    {
      "a.toml": { a: {}, b: {} },
    },
  );
});

test("of several schedules the next and the last tick count, and none that never comes", () => {
  const rows = [
    ["t", "cron=0 0 31 2 *"],
    ["t", "cron=0 20 * * *&offset=-24h"],
    ["t", "cron=@daily&offset=90m"],
  ] as const;
  assert.deepEqual(infoOf({ "a.toml": rows }, NOW - 1000), {
    "a.toml": {
      t: {
        Next: "2026-11-24T20:00:00Z",
        Prev: "2026-11-24T11:59:59Z",
        Schedule: ["0 0 31 2 *?offset=0s", "@daily?offset=1h30m", "0 20 * * *?offset=-1d"],
      },
    },
  });
});

test("an offset in calendar days and months is written as one", () => {
  const text = '[[phase]]\ntask = "a"\ncron = "@daily"\noffset = "-1mo2d3h"\n';
  const { phases } = parseWorkflowFile("a.toml", text, { zone: "UTC", now: NOW });
  const graph = buildGraph([{ name: "a.toml", phases }]);
  const [phase] = graph.scheduled;
  assert.ok(phase);
  const info = infoWorkflows(graph, [{ phase, nextAt: null, firedAt: null }]);
  assert.deepEqual(info["a.toml"]?.["a"]?.Schedule, ["@daily?offset=-1mo2d3h"]);
});

test("a graph with very many ways has an end", () => {
  const level = (at: number): [string, string, string][] =>
    ["a", "b"].map((one) => [`${one}${at}`, "", at === 1 ? "root" : `a${at - 1}`]);
  const wide = Array.from({ length: 40 }, (_, at) => [
    ...level(at + 1),
    [`a${at + 2}`, "", `b${at + 1}`] as [string, string, string],
  ]).flat();
  const info = infoOf({ "a.toml": [["root", "cron=@daily"], ...wide] });
  const names = (info["a.toml"]?.["root"]?.Child ?? []).flatMap((chain) => chain.split(" ➞ "));
  assert.ok(names.length > 40 && names.length <= 1000, String(names.length));
  // What has no room in the chain is still no root.
  assert.deepEqual(Object.keys(info["a.toml"] ?? {}), ["root"]);
});
