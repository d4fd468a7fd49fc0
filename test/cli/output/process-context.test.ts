import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import test from "node:test";
import type { OuterContext } from "../../../src/cli/context.ts";
import { run } from "../../../src/cli/main.ts";
import { processContext } from "../../../src/cli/process-context.ts";

type Output = PassThrough & { readonly isTTY: boolean; readonly columns: number };

function contextWith(output: Output): OuterContext {
  const stdin = Object.assign(new PassThrough(), { fd: 0 as const });
  const exit = (code?: unknown): never => assert.fail(`it ended with ${String(code)}`);
  const streams = {
    ...process,
    exit,
    stdin: stdin as unknown as NodeJS.Process["stdin"],
    stderr: output,
    stdout: output,
  };
  return processContext(streams as unknown as Parameters<typeof processContext>[0]);
}

/** What `flowlord` prints to a terminal, or to a pipe, about a command with characters that control it. */
async function printed(isTTY: boolean): Promise<string> {
  const output = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY, columns: 80 });
  assert.equal(await run(["gpj.\u202eexe\u001b]0;x\u0007\u009b2J"], { ...contextWith(output), cwd: "/" }), 2);
  return String(output.read());
}

test("an error names what was typed with control and direction characters as escapes, whoever reads it", async () => {
  for (const isTTY of [true, false])
    assert.match(await printed(isTTY), /unknown command 'gpj\.\\u202eexe\\u001b\]0;x\\u0007\\u009b2J'/);
});

test("a terminal gets results with escapes, its colours and line breaks kept; a pipe gets them unchanged", () => {
  const text = "\u001b[31mred\u001b[39m\ta\u001b]0;x\u0007\u009b2J\u202eb\n\u001b[2Jc";
  const shown = (isTTY: boolean): string => {
    const stdout = Object.assign(new PassThrough({ encoding: "utf8" }), { isTTY, columns: 80 });
    contextWith(stdout).out(text);
    return String(stdout.read());
  };
  assert.equal(
    shown(true),
    `\u001b[31mred\u001b[39m\ta${String.raw`\u001b]0;x\u0007\u009b2J\u202eb`}\n${String.raw`\u001b[2Jc`}\n`,
  );
  assert.equal(shown(false), `${text}\n`);
});

test("a server leaves lines out when too many are unread, and does not end for an output that fails", () => {
  const stream = Object.assign(new PassThrough(), { isTTY: false, columns: 80 });
  const output = contextWith(stream).serverOutput("stderr");
  const line = "x".repeat(64 * 1024);
  const taken = Array.from({ length: 40 }, () => output.write(line)).filter((isTaken) => isTaken).length;
  assert.ok(taken >= 16 && taken < 20, `${taken} of 40`);
  stream.emit("error", Object.assign(new Error("gone"), { code: "EPIPE" }));
});
