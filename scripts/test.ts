/**
 * The quick tests: `npm test`, or `npm test -- ROOM…` for some of them. One process a room runs all its files, as many
 * rooms at a time as there are processors: a process a file would load the same modules anew for each of 150 files, which
 * takes longer than the tests. `npm run test:all` runs every test, each file in a process of its own.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** Tests of the dashboard's parts, in a document of their own. */
const WEB = "web";
/** The longest first, so that no processor waits at the end. */
const ROOMS: Readonly<Record<string, string>> = {
  store: "test/store/**/*.test.ts",
  engine: "test/engine/**/*.test.ts",
  vectors: "test/*.test.ts",
  cli: "test/cli/**/*.test.ts",
  house: "test/house/**/*.test.ts",
  core: "test/core/**/*.test.ts",
  config: "test/config/**/*.test.ts",
  contract: "test/contract/**/*.test.ts",
  [WEB]: "test/web/**/*.test.tsx",
};

const root = join(import.meta.dirname, "..");

/** The output of one room, and whether it passed. */
async function runRoom(room: string): Promise<{ readonly output: string; readonly passed: boolean }> {
  const files = globSync(ROOMS[room] ?? "", { cwd: root });
  if (files.length === 0) return { output: `no tests of ${room} were found\n`, passed: false };
  const reporters = ["spec", "./scripts/report-skips.ts"].flatMap((reporter) => [
    `--test-reporter=${reporter}`,
    "--test-reporter-destination=stdout",
  ]);
  const args =
    room === WEB
      ? [join(root, "node_modules/vitest/vitest.mjs"), "run", "--no-color"]
      : ["--test", "--test-isolation=none", "--test-timeout=120000", ...reporters, ...files];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { output: output + errors, passed: code === 0 };
}

/** A count of the runner's closing lines, like `ℹ pass 12`, or `Tests  1 failed | 12 passed` of the dashboard's. */
function countOf(output: string, name: string): number {
  const counts = new RegExp(`^ℹ ${name} (\\d+)$|^ +Tests .*?(\\d+) ${name}`, "m").exec(output);
  return Number(counts?.[1] ?? counts?.[2] ?? 0);
}

const selected = process.argv.slice(2);
const unknown = selected.filter((room) => ROOMS[room] === undefined);
if (unknown.length > 0) {
  console.error(`There is no room ${unknown.join(", ")}; the rooms are: ${Object.keys(ROOMS).join(", ")}`);
  process.exitCode = 1;
} else {
  const start = performance.now();
  const queue = selected.length > 0 ? selected : Object.keys(ROOMS);
  const totals = { pass: 0, fail: 0, skipped: 0 };
  const failed: string[] = [];
  const work = async (): Promise<void> => {
    for (let room = queue.shift(); room !== undefined; room = queue.shift()) {
      const { output, passed } = await runRoom(room);
      process.stdout.write(`\n==> ${room}\n${output}`);
      for (const name of ["pass", "fail", "skipped"] as const) totals[name] += countOf(output, name);
      if (!passed) failed.push(room);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    failed.length === 0 ? `\nall rooms passed (${seconds} s)` : `\nfailed: ${failed.join(", ")} (${seconds} s)`,
  );
  console.log(`${totals.pass} passed, ${totals.fail} failed, ${totals.skipped} skipped`);
  if (failed.length > 0) process.exitCode = 1;
}
