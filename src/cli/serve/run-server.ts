import type { Config } from "../../config/load-config.ts";
import { issueLine } from "../../config/read/issue.ts";
import { secretsOf } from "../../config/shown.ts";
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
  /** As `OpenLog.set`. */
  readonly setLog: OpenLog["set"];
}

/** Runs a server with its log until a signal, and at most so long after it; returns the exit code. Throws what `run` throws, after it is logged. */
export async function runServer(
  context: CliContext,
  { options, settings, warnings }: Config,
  run: (io: ServerIo) => Promise<number>,
  stopWithinMs = Infinity,
): Promise<number> {
  const { openLog } = await import("../../app/log/log.ts");
  // On the bus `stderr` only messages may go to standard error.
  const standard = context.serverOutput(options.bus.outKind === "stderr" ? "stdout" : "stderr");
  const log = openLog(options.log, { standard, secrets: secretsOf(settings) });
  try {
    for (const warning of warnings) log.warn("config", issueLine(warning));
    return await untilSignal(context, (stop) => run({ log, ...stop, setLog: log.set }), stopWithinMs);
  } catch (error) {
    // The command prints it; that does not reach a file.
    if (options.log.file !== "") log.error("serve", toError(error).message);
    throw error;
  } finally {
    log.close();
  }
}
