import assert from "node:assert/strict";
import { test } from "node:test";
import { nodesOnCycles } from "../../../src/core/workflow/cycles.ts";
import { buildGraph } from "../../../src/core/workflow/graph.ts";
import { parseWorkflowFile } from "../../../src/core/workflow/workflow-file.ts";
import { fc } from "../../support/seed.ts";

const OPTIONS = { zone: "UTC", now: Date.UTC(2026, 5, 1) };

function graphOf(files: Readonly<Record<string, string>>) {
  let id = 0;
  return buildGraph(
    Object.entries(files).map(([name, source]) => ({
      name,
      phases: parseWorkflowFile(name, source, OPTIONS).phases.map((phase) => ({ ...phase, id: ++id, versionId: 7 })),
    })),
  );
}

function phase(task: string, more = ""): string {
  return `[[phase]]\ntask = "${task}"\n${more}\n`;
}

test("a phase is resolved in the file that its task names, else in the first file in path order", () => {
  const graph = graphOf({
    "b.toml": phase("run", "retry = 3") + phase("only:j"),
    "a.toml": phase("run", "retry = 1") + phase("run", "retry = 9") + phase("imp", 'rule = "job=y"'),
  });
  assert.equal(graph.phaseOf("run", "", "b.toml")?.retry, 3);
  assert.equal(graph.phaseOf("run", "", "a.toml")?.retry, 1);
  assert.equal(graph.phaseOf("run", "", "")?.retry, 1);
  assert.equal(graph.phaseOf("run", "", "gone.toml"), null);
  assert.equal(graph.phaseOf("only", "j", "")?.workflow, "b.toml");
  assert.equal(graph.phaseOf("only", "j", "a.toml"), null);
  assert.equal(graph.phaseOf("imp", "y", "a.toml")?.job, "y");
  assert.equal(graph.phaseOf("imp", "", "a.toml"), null);
  assert.equal(graph.phaseOf("run", "extra", "a.toml"), null);
  assert.equal(graph.byId.size, graph.phases.length);
});

test("children are those of the named file, in the order of their task texts", () => {
  const graph = graphOf({
    "f.toml":
      phase("zeta", 'dependsOn = "root"') +
      phase("alpha:two", 'dependsOn = "root:j"') +
      phase("alpha", 'dependsOn = "x, root:j"') +
      phase("none", 'dependsOn = "root:k"'),
    "g.toml": phase("other", 'dependsOn = "root"'),
  });
  const tasks = (job: string, workflow: string): string[] =>
    graph.childrenOf("root", job, workflow).map((one) => one.task);
  assert.deepEqual(tasks("j", "f.toml"), ["alpha", "alpha:two", "zeta"]);
  assert.deepEqual(tasks("", "f.toml"), ["zeta"]);
  assert.deepEqual(tasks("anything", "f.toml"), ["zeta"]);
  assert.deepEqual(tasks("j", "g.toml"), ["other"]);
  assert.deepEqual(tasks("j", ""), []);
  assert.deepEqual(tasks("j", "gone.toml"), []);
});

test("phases with a schedule and phases that wait for files are listed separately", () => {
  const graph = graphOf({
    "f.toml":
      phase("a", 'cron = "@daily"\nfiles = "/in/*"') +
      phase("b", 'files_glob = "/in/**"') +
      phase("c", 'dependsOn = "a"') +
      phase("d", 'rule = "files=&cron="'),
  });
  assert.deepEqual(
    graph.scheduled.map((one) => one.task),
    ["a"],
  );
  assert.deepEqual(
    graph.waitingForFiles.map((one) => one.task),
    ["a", "b"],
  );
});

test("nodes on cycles are the nodes that reach themselves", () => {
  const graphs = fc.integer({ min: 1, max: 8 }).chain((size) =>
    fc.array(fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }), {
      minLength: size,
      maxLength: size,
    }),
  );
  fc.assert(
    fc.property(graphs, (edges) => {
      const reachesItself = (start: number): boolean => {
        const seen = new Set<number>();
        const open = [...(edges[start] ?? [])];
        for (let node = open.pop(); node !== undefined; node = open.pop()) {
          if (node === start) return true;
          if (!seen.has(node)) open.push(...(edges[node] ?? []));
          seen.add(node);
        }
        return false;
      };
      assert.deepEqual(
        [...nodesOnCycles(edges)].toSorted((a, b) => a - b),
        [...edges.keys()].filter(reachesItself),
      );
    }),
  );
});
