import { workerPlace } from "../../core/task/why-no-log.ts";
import type { LoggedRecord } from "../../store/log-queries.ts";
import type { CliContext } from "../context.ts";
import { TerminalFilter } from "../output/terminal-filter.ts";

const NEWLINE = 10;

/** Where the bytes of a log go: to a pipe as they are, to a terminal without what would control it. */
export interface LogOutput {
  write(piece: Buffer): Promise<void>;
  /** The log ends here: on a terminal its colours too, and its last line. */
  end(): Promise<void>;
}

export function logOutput({ write, width }: Pick<CliContext, "write" | "width">): LogOutput {
  if (width === null) return { write, end: async () => undefined };
  let filter = new TerminalFilter();
  let last = NEWLINE;
  const show = async (text: string): Promise<void> => {
    if (text !== "") await write(Buffer.from(text));
  };
  return {
    write: async (piece) => {
      last = piece.at(-1) ?? last;
      await show(filter.write(piece));
    },
    end: async () => {
      await show(filter.end() + (last === NEWLINE ? "" : "\n"));
      filter = new TerminalFilter();
      last = NEWLINE;
    },
  };
}

/** Of a log from another machine whose end has not come. */
export function cutNote({ state, host }: Pick<LoggedRecord, "state" | "host">, size: number): string {
  const at = `byte ${size}`;
  if (state === "running")
    return `The task runs on ${workerPlace(host)}, and its log came up to ${at}; --follow shows the rest.`;
  return `The log is cut at ${at}: the rest never came from ${workerPlace(host)}.`;
}
