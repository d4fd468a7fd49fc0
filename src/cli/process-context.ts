import type { OuterContext } from "./context.ts";
import { paintFor } from "./output/paint.ts";
import type { LineOutput } from "../contract/line-output.ts";
import { escapeUnprintable } from "../contract/printable.ts";

type Output = Pick<NodeJS.WriteStream, "write" | "on" | "isTTY" | "columns" | "writableLength">;
type Streams = Pick<NodeJS.Process, "stdin" | "env" | "cwd" | "exit"> & Readonly<Record<"stdout" | "stderr", Output>>;

/** Moves the cursor to the top left, and clears from there. */
const CLEAR = "\u001b[H\u001b[2J";

/** Lines of a server that nobody has read yet, in bytes; what comes on top is left out. */
const MAX_UNREAD = 1024 * 1024;

/** How long a server that has stopped waits for its last lines to be read. */
const LAST_LINES_MS = 1000;

/** The context of a real process. */
export function processContext(process: Streams): OuterContext {
  const { stdin, stdout, stderr, env } = process;
  let isServer = false;
  const err = (text: string): void => void stderr.write(`${withoutControl(text)}\n`);
  // Nobody is left to be told, and there is nothing else to do.
  stderr.on("error", () => undefined);
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (isServer) return;
    // Whoever reads the output may stop reading: `flowlord tasks | head` is not a failure.
    if (error.code === "EPIPE") process.exit(0);
    err(`flowlord: the output could not be written: ${reasonOf(error)}`);
    process.exit(1);
  });
  return {
    // A pipe gets data as they are.
    out: (text) => void stdout.write(`${stdout.isTTY ? withoutControl(text) : text}\n`),
    // An error of the stream ends the process, above.
    write: (bytes) => new Promise((resolve) => void stdout.write(bytes, () => resolve())),
    redraw: (text) => void stdout.write(`${CLEAR}${withoutControl(text)}\n`),
    err,
    serverOutput: (name) => {
      isServer = true;
      return lineOutput(process[name], () => process.exit());
    },
    env,
    cwd: process.cwd(),
    input: stdin.setEncoding("utf8"),
    now: () => Date.now(),
    paint: paintFor(stdout.isTTY, env),
    width: stdout.isTTY ? stdout.columns : null,
  };
}

function lineOutput(stream: Output, exit: () => void): LineOutput {
  return {
    isTerminal: stream.isTTY,
    write: (line) => {
      if (stream.writableLength > MAX_UNREAD) return false;
      stream.write(`${line}\n`);
      return true;
    },
    // A reader that does not read would hold the process for ever.
    close: () => void setTimeout(exit, LAST_LINES_MS).unref(),
  };
}

/** Escapes what could control a terminal; the colours of `paintFor` and line breaks stay. */
function withoutControl(text: string): string {
  return text
    .split(COLOUR)
    .map((part) => (COLOUR_ONLY.test(part) ? part : escapeUnprintable(part, isLayout)))
    .join("");
}

const COLOUR = /(\u001b\[(?:1|2|22|31|32|33|39)m)/;
const COLOUR_ONLY = new RegExp(`^${COLOUR.source}$`);

function isLayout(character: string): boolean {
  return character === "\n" || character === "\t";
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOSPC") return "no space is left on the disk.";
  if (code === "EDQUOT") return "the disk quota is used up.";
  return message;
}
