/**
 * Runs all checks of CI, quick ones first: `npm run check -- [STEP…] [--verbose]`. Shows the output of a step when it
 * fails; with `--verbose` (or CI=true) always. Stops at the first step that fails. One that hangs is ended, and has failed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
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
  { name: "web", npm: ["run", "test:web"] },
  { name: "vectors", npm: ["run", "vectors"] },
  { name: "fuzz", npm: ["run", "fuzz"] },
  { name: "package", npm: ["run", "check:package"] },
  { name: "pages", npm: ["run", "pages"] },
  { name: "e2e", npm: ["run", "e2e"] },
  { name: "faults", npm: ["run", "faults"] },
  { name: "bench", npm: ["run", "bench", "--", "--smoke"] },
];

/** Twice what the longest takes on two processors. */
const MAX_MINUTES = 45;
const root = join(import.meta.dirname, "..");
const requested = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const verbose = process.argv.includes("--verbose") || process.env.CI === "true";

/** Seconds with one decimal. */
function since(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

async function passes(step: Step): Promise<boolean> {
  const start = performance.now();
  if (verbose) console.log(`\n==> ${step.name}: npm ${step.npm.join(" ")}`);
  const child = spawn("npm", [...step.npm], {
    cwd: root,
    // A skip fails the step, as in CI.
    env: { ...process.env, CI: "true" },
    stdio: ["ignore", verbose ? "inherit" : "pipe", verbose ? "inherit" : "pipe"],
    // A group of its own, so that what it started ends with it.
    detached: process.platform !== "win32",
    shell: process.platform === "win32",
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const endGroup = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined) process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  };
  process.once("SIGINT", endGroup).once("SIGTERM", endGroup);
  const limit = setTimeout(() => {
    console.log(`${step.name} is ended: it takes longer than ${MAX_MINUTES} minutes`);
    endGroup("SIGTERM");
  }, MAX_MINUTES * 60_000);
  const [code] = (await once(child, "close")) as [number | null];
  clearTimeout(limit);
  process.off("SIGINT", endGroup).off("SIGTERM", endGroup);
  const passed = code === 0;
  if (!passed && !verbose) process.stdout.write(output.join(""));
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
  let failed: Step | undefined;
  for (const step of steps) {
    if (await passes(step)) continue;
    failed = step;
    break;
  }
  console.log(
    failed === undefined ? `all passed (${since(start)})` : `${failed.name} failed; the steps after it did not run`,
  );
  process.exitCode = failed === undefined ? 0 : 1;
}
