/**
 * Runs benchmarks one after the other: `npm run bench -- [NAME…] [FLAG [VALUE]…]`. A benchmark is `bench/<name>.ts` or
 * `bench/<name>/main.ts`; it takes its own flags, knows `--smoke` (a run of a few seconds that checks that it works,
 * not how fast) and `--json` (one figure a line as JSON, nothing else on standard output), prints its figures beside a
 * control's, and exits other than 0 when something is wrong.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../bench");
const args = process.argv.slice(2);
const firstFlag = args.findIndex((arg) => arg.startsWith("-"));
const requested = firstFlag === -1 ? args : args.slice(0, firstFlag);
const flags = args.slice(requested.length);

const found = new Map<string, string>();
for (const entry of readdirSync(folder, { withFileTypes: true })) {
  if (entry.isFile() && entry.name.endsWith(".ts")) found.set(entry.name.slice(0, -3), join(folder, entry.name));
  const main = join(folder, entry.name, "main.ts");
  if (entry.isDirectory() && existsSync(main)) found.set(entry.name, main);
}

const unknown = requested.filter((name) => !found.has(name));
if (unknown.length > 0 || found.size === 0) {
  console.error(`Unknown benchmark: ${unknown.join(", ")}. Benchmarks: ${[...found.keys()].join(", ")}`);
  process.exitCode = 1;
} else {
  for (const name of requested.length > 0 ? requested : found.keys()) {
    const print = flags.includes("--json") ? console.error : console.log;
    print(`\n== bench ${name} ${flags.join(" ")}`);
    const run = spawnSync(process.execPath, [found.get(name) ?? "", ...flags], { stdio: "inherit" });
    if (run.status !== 0) {
      console.error(`bench ${name} failed (${run.signal ?? `exit ${run.status}`})`);
      process.exitCode = 1;
    }
  }
}
