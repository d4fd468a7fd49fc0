import type { Config } from "../../config/load-config.ts";
import { issueLine } from "../../config/read/issue.ts";
import { ChangingRedact } from "../../contract/redact/changing-redact.ts";
import { toError } from "../../contract/to-error.ts";
import type { Log, OpenLog } from "../../app/log/log.ts";
import type { CliContext } from "../context.ts";
import { untilSignal, type Stop } from "./until-signal.ts";

export interface ServerIo {
  readonly log: Log;
  /** Aborted: stop. */
  readonly signal: AbortSignal;
  readonly drainFirst: Stop["drainFirst"];
  readonly onHangup: Stop["onHangup"];
  readonly setLevel: OpenLog["setLevel"];
  /** Hides secrets in the log, and wherever else they would be shown or leave. */
  readonly redact: ChangingRedact;
}

/** Runs a server with its log until a signal, and at most so long after it; returns the exit code. Throws what `run` throws, after it is logged. */
export async function runServer(
  context: CliContext,
  { options, warnings }: Config,
  run: (io: ServerIo) => Promise<number>,
  stopWithinMs = Infinity,
): Promise<number> {
  const { openLog } = await import("../../app/log/log.ts");
  // On the bus `stderr` only messages may go to standard error.
  const standard = context.serverOutput(options.bus.outKind === "stderr" ? "stdout" : "stderr");
  const redact = new ChangingRedact(options.redact);
  const log = openLog(options.log, { standard, redact });
  try {
    for (const warning of warnings) log.warn("config", issueLine(warning));
    return await untilSignal(context, (stop) => run({ log, redact, ...stop, setLevel: log.setLevel }), stopWithinMs);
  } catch (error) {
    // The command prints it; that does not reach a file.
    if (options.log.file !== "") log.error("serve", toError(error).message);
    throw error;
  } finally {
    log.close();
  }
}
