import { expect, test } from "vitest";
import { drawnPhases } from "../../../web/routes/workflows/graph/drawn-phases.ts";
import type { GraphPhase, Issue } from "../../../web/routes/workflows/graph/graph-queries.ts";
import { Clock } from "../../../web/services/format.ts";

const NOW = Date.UTC(2026, 0, 14, 14, 32);
const AT = { issues: [], phase: undefined, clock: new Clock("UTC"), now: NOW };

function phase(id: number, task: string, more: Partial<GraphPhase> = {}): GraphPhase {
  return {
    phase_id: id,
    workflow: "a.toml",
    task,
    type: task,
    job: "",
    line: id * 10,
    trigger: { cron: null, files: null, join: false, on: "complete", require: [] },
    owner: "",
    paused: false,
    held: null,
    next_at: null,
    outside: false,
    last: { record_id: 1, state: "finished", result: "complete", task_time: null, at: "2026-01-14T14:30:00Z" },
    counts: null,
    now: { waiting: 0, retrying: 0, running: 0, failed: 0 },
    run_ms: null,
    files: 0,
    ...more,
  };
}

function lines(phases: readonly GraphPhase[]): Record<string, string> {
  const { nodes } = drawnPhases({ nodes: [...phases], edges: [], missing: [] }, AT);
  return Object.fromEntries(nodes.map(({ title, status, line }) => [title, `${status}: ${line}`]));
}

test("a phase says what it does now, or else when it did it last and how long that takes", () => {
  const now = { waiting: 0, retrying: 0, running: 0, failed: 0 };
  const held = { until: "2026-01-15T08:00:00Z", by: "ada", reason: null };
  expect(
    lines([
      phase(1, "done", { run_ms: 11_000 }),
      phase(2, "busy", { now: { ...now, running: 16 } }),
      phase(3, "trouble", { now: { ...now, retrying: 6, failed: 6 } }),
      phase(4, "held", { held }),
      phase(5, "new", { last: null }),
      phase(6, "picky", { last: null, trigger: { cron: null, files: null, join: false, on: "error", require: ["x"] } }),
    ]),
  ).toEqual({
    done: "complete: 14:30 · 11 s",
    busy: "running: 14:30 · 16 in work",
    trouble: "retrying: 6 retry, 6 gave up",
    held: "complete: paused until 15 Jan 08:00",
    new: "none: no task yet",
    picky: "none: only when it gave up, only with {meta:x}",
  });
});

test("schedules, patterns and what no phase makes are sources", () => {
  const trigger = { cron: "*/5 * * * *", files: "s3://in/*.gz", join: false, on: "complete", require: [] } as const;
  const take = phase(1, "take", {
    trigger: { ...trigger, require: [] },
    next_at: "2026-01-14T14:35:00Z",
    files: 12,
  });
  const { nodes, edges } = drawnPhases(
    {
      nodes: [take, phase(2, "far", { outside: true, workflow: "b.toml" })],
      edges: [{ from: 2, to: 1 }],
      missing: [{ to: 1, parent: "nobody" }],
    },
    AT,
  );
  expect(nodes.map(({ kind, title, line }) => [kind, title, line])).toEqual([
    ["source", "*/5 * * * *", "next 14:35"],
    ["source", "…/*.gz", "12 files in 24 h"],
    ["thing", "take", "14:30"],
    ["outside", "far", "b.toml"],
    ["ghost", "nobody", "no phase makes it"],
  ]);
  expect(edges.map(({ from, to, isGhost = false }) => [from, to, isGhost])).toEqual([
    ["c1", "p1", false],
    ["f1", "p1", false],
    ["p2", "p1", false],
    ["mnobody", "p1", true],
  ]);
});

test("edges have their conditions, the longest way and what runs; an issue stands at its phase", () => {
  const issues = [{ severity: "warning", line: 25, message: "no duration" }] as readonly Issue[];
  const trigger = { cron: null, files: null, join: false, on: "complete", require: ["rows"] } as const;
  const graph = {
    nodes: [
      phase(1, "a", { run_ms: 1000 }),
      phase(2, "b", { run_ms: 9000, trigger: { ...trigger, require: ["rows"] } }),
      phase(3, "c", { run_ms: 2000, now: { waiting: 0, retrying: 0, running: 1, failed: 0 } }),
    ],
    // Named by its type and with its job.
    edges: [
      { from: 1, to: 2 },
      { from: 1, to: 3 },
      { from: 1, to: 3 },
    ],
    missing: [],
  };
  const { nodes, edges, critical } = drawnPhases(graph, { ...AT, issues, phase: 3 });
  expect(edges).toEqual([
    { from: "p1", to: "p2", condition: "only with {meta:rows}", isCritical: true, isLive: false },
    { from: "p1", to: "p3", isCritical: false, isLive: true },
  ]);
  expect(critical).toEqual({ ids: ["p1", "p2"], ms: 10_000 });
  expect(nodes.map(({ word, badge, isHere }) => [word, badge?.label, isHere])).toEqual([
    [undefined, undefined, false],
    ["slowest", "line 25: no duration", false],
    [undefined, undefined, true],
  ]);
});
