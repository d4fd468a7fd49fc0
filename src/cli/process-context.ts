import type { CliContext } from "./context.ts";
import { paintFor } from "./output/paint.ts";
import { escapeDirection } from "./output/table.ts";

type Streams = Pick<NodeJS.Process, "stdin" | "env" | "cwd"> &
  Readonly<Record<"stdout" | "stderr", Pick<NodeJS.WriteStream, "write" | "on" | "isTTY" | "columns">>>;

/** The context of a real process. */
export function processContext(process: Streams): CliContext {
  const { stdin, stdout, stderr, env } = process;
  // Whoever reads the output may stop reading: `flowlord tasks | head` is not a failure.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    globalThis.process.exit(0);
  });
  return {
    out: (text) => void stdout.write(`${stdout.isTTY ? escapeDirection(text) : text}\n`),
    err: (text) => void stderr.write(`${stderr.isTTY ? escapeDirection(text) : text}\n`),
    env,
    cwd: process.cwd(),
    input: stdin.setEncoding("utf8"),
    now: () => Date.now(),
    paint: paintFor(stdout.isTTY, env),
    width: stdout.isTTY ? stdout.columns : null,
  };
}
