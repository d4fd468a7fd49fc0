import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { promisify } from "node:util";

const ROOT = join(import.meta.dirname, "../..");

interface Figure {
  readonly bench: string;
  readonly name: string;
  readonly unit: string;
  readonly value: number | null;
  readonly target: number | null;
  readonly ratio_to_control: number | null;
}

describe("npm run bench with --json", () => {
  let stderr = "";
  let figures: readonly Figure[] = [];

  before(async () => {
    // The two that take the least time.
    const args = [join(ROOT, "scripts/bench.ts"), "seed-database", "tasks", "--smoke", "--json"];
    const output = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    stderr = output.stderr;
    figures = output.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Figure);
  });

  it("prints nothing but figures on standard output", () => {
    for (const figure of figures) {
      assert.deepEqual(Object.keys(figure), ["bench", "name", "unit", "value", "target", "ratio_to_control"]);
      assert.equal(typeof figure.value, "number", figure.name);
    }
    assert.deepEqual([...new Set(figures.map(({ bench }) => bench))], ["seed-database", "tasks"]);
  });

  it("gives a figure its unit, its target and its ratio to the control", () => {
    const named = (name: string) => figures.find((figure) => figure.name === name);
    const size = named("size");
    assert.deepEqual([size?.unit, size?.target, size?.ratio_to_control], ["MiB", null, null]);
    const rate = named("TypeScript: finished tasks a second");
    assert.deepEqual([rate?.unit, rate?.target], ["/s", 3000]);
    assert.ok(Number(rate?.ratio_to_control) > 0);
  });

  it("prints progress on standard error", () => {
    assert.match(stderr, /== bench tasks --smoke --json/);
    assert.match(stderr, /TypeScript: .* tasks\/s/);
  });
});
