/**
 * A reporter for `node --test`: names every test that was skipped or left as a todo. In CI, which has all servers, it
 * fails the run for each one; `ALLOWED` names the exceptions, with the reason. A machine without the servers stays
 * green, and prints what did not run. A file that runs no test fails the run everywhere.
 */
import { resolve } from "node:path";
import type { TestEvent } from "node:test/reporters";

/** Full names of tests that may be skipped in CI, each with a comment: why, and until when. */
const ALLOWED: ReadonlySet<string> = new Set([]);

// oxlint-disable-next-line import/no-default-export -- the runner takes a reporter only as the default export
export default async function* reportSkips(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const isCi = process.env["CI"] === "true";
  let ran = 0;
  let skipped = 0;
  for await (const event of events) {
    if (event.type !== "test:pass") continue;
    const { name, file, skip, todo } = event.data;
    // A file is reported as a test only when it has none itself.
    if (file !== undefined && resolve(name) === file) {
      yield `no test ran in ${name}\n`;
      process.exitCode = 1;
      continue;
    }
    if (skip === undefined && todo === undefined) {
      ran += 1;
      continue;
    }
    const reason = [skip, todo].filter((one) => typeof one === "string" && one !== "").join(", ");
    yield `not run: ${name} (${file ?? "?"})${reason === "" ? "" : `: ${reason}`}\n`;
    skipped += 1;
    if (isCi && !ALLOWED.has(name)) process.exitCode = 1;
  }
  if (skipped > 0) yield `${skipped} ${skipped === 1 ? "test" : "tests"} did not run; CI would fail for that\n`;
  if (ran === 0) {
    yield "no test passed: either none was found, or all failed\n";
    process.exitCode = 1;
  }
}
