import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import test from "node:test";
import { run } from "../../../src/cli/main.ts";
import { processContext } from "../../../src/cli/process-context.ts";

/** What `flowlord` prints to a terminal, or to a pipe, about a command with a character that turns the direction. */
async function printed(isTTY: boolean): Promise<string> {
  const stderr = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY, columns: 80 });
  const stdin = Object.assign(new PassThrough(), { fd: 0 as const });
  const streams = { ...process, stdin: stdin as unknown as NodeJS.Process["stdin"], stderr, stdout: stderr };
  const context = processContext(streams as unknown as Parameters<typeof processContext>[0]);
  assert.equal(await run(["gpj.\u202eexe"], { ...context, cwd: "/" }), 2);
  return String(stderr.read());
}

test("a terminal gets direction characters as escapes, a pipe gets the text unchanged", async () => {
  assert.match(await printed(true), /unknown command 'gpj\.\\u202eexe'/);
  assert.match(await printed(false), /unknown command 'gpj\.\u202eexe'/);
});
