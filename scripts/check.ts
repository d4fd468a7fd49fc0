/**
 * Runs all checks of CI, quick ones first: `npm run check -- [STEP…] [--verbose]`. Shows the output of a step when it
 * fails; with `--verbose` (or CI=true) always. Stops at the first step that fails.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

interface Step {
  readonly name: string;
  /** Arguments of npm. */
  readonly npm: readonly string[];
}

const STEPS: readonly Step[] = [
  { name: "format", npm: ["run", "format:check"] },
  { name: "lint", npm: ["run", "lint"] },
  { name: "types", npm: ["run", "types"] },
  { name: "deadcode", npm: ["run", "deadcode"] },
  { name: "servers", npm: ["run", "test-servers"] },
  { name: "test", npm: ["run", "test:all"] },
  { name: "vectors", npm: ["run", "vectors"] },
  { name: "fuzz", npm: ["run", "fuzz"] },
  { name: "package", npm: ["run", "check:package"] },
  { name: "e2e", npm: ["run", "e2e"] },
  { name: "faults", npm: ["run", "faults"] },
  { name: "bench", npm: ["run", "bench", "--", "--smoke"] },
];

const root = join(import.meta.dirname, "..");
const requested = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const verbose = process.argv.includes("--verbose") || process.env.CI === "true";

/** Seconds with one decimal. */
function since(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

function passes(step: Step): boolean {
  const start = performance.now();
  if (verbose) console.log(`\n==> ${step.name}: npm ${step.npm.join(" ")}`);
  const run = spawnSync("npm", [...step.npm], {
    cwd: root,
    // A skip fails the step, as in CI.
    env: { ...process.env, CI: "true" },
    encoding: "utf8",
    stdio: ["ignore", verbose ? "inherit" : "pipe", verbose ? "inherit" : "pipe"],
    maxBuffer: 1 << 28,
    shell: process.platform === "win32",
  });
  const passed = run.status === 0;
  if (!passed && !verbose) process.stdout.write(`${run.stdout}${run.stderr}`);
  console.log(`${passed ? "ok    " : "FAILED"} ${step.name} (${since(start)})`);
  return passed;
}

const unknown = requested.filter((name) => STEPS.every((step) => step.name !== name));
if (unknown.length > 0) {
  console.error(`Unknown step: ${unknown.join(", ")}. Steps: ${STEPS.map((step) => step.name).join(", ")}`);
  process.exitCode = 1;
} else {
  const start = performance.now();
  const steps = STEPS.filter((step) => requested.length === 0 || requested.includes(step.name));
  const failed = steps.find((step) => !passes(step));
  console.log(
    failed === undefined ? `all passed (${since(start)})` : `${failed.name} failed; the steps after it did not run`,
  );
  process.exitCode = failed === undefined ? 0 : 1;
}
