/**
 * A reporter for `node --test`: names every test that was skipped or left as a todo, and makes the run fail for it.
 * A skip is no pass: who must skip one names it, with the reason, in `ALLOWED`.
 */
import type { TestEvent } from "node:test/reporters";

/** Full names of tests that may be skipped, each with a comment that says until when. */
const ALLOWED: ReadonlySet<string> = new Set([]);

// oxlint-disable-next-line import/no-default-export -- the runner takes a reporter only as the default export
export default async function* reportSkips(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let ran = 0;
  for await (const event of events) {
    if (event.type !== "test:pass") continue;
    const { name, file, skip, todo } = event.data;
    // The file itself is reported as a test too, without a place.
    if (skip === undefined && todo === undefined) {
      ran += 1;
      continue;
    }
    const reason = [skip, todo].filter((one) => typeof one === "string" && one !== "").join(", ");
    yield `not run: ${name} (${file ?? "?"})${reason === "" ? "" : `: ${reason}`}\n`;
    if (!ALLOWED.has(name)) process.exitCode = 1;
  }
  if (ran === 0) {
    yield "no test passed: either none was found, or all failed\n";
    process.exitCode = 1;
  }
}
