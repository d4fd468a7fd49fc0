import type { Options } from "../config/options.ts";
import { MINUTE, SECOND } from "../contract/time/time-units.ts";
import { Loop } from "../services/loop.ts";
import type { Service } from "../services/service.ts";
import { LogCleaner, type CleanLogsOptions } from "../task-logs/clean-logs.ts";
import type { OnProblem } from "./intake.ts";
import type { Log } from "./log/log.ts";

const EVERY_MS = 10 * MINUTE;
/** The start is for the tasks. */
const FIRST_AFTER_MS = MINUTE;
/** How long the steps of a turn may follow one another. */
const TURN_MS = SECOND;

export interface LogCleaningParts extends Pick<CleanLogsOptions, "open" | "fates" | "now"> {
  readonly onProblem: OnProblem;
  readonly log: Log;
  /** How long records are kept now, where there are any: their logs follow. */
  readonly recordAge?: () => Promise<number | null>;
  /** So many logs were deleted. */
  readonly onDeleted?: (files: number) => void;
}

/** Deletes the logs of tasks that are too old or too many, in small steps. */
export function logCleaning(
  options: Pick<Options, "logs" | "sqlite">,
  { onProblem, log, onDeleted, recordAge, ...parts }: LogCleaningParts,
): Service {
  const name = "logs";
  const { now } = parts;
  const { logs, sqlite } = options;
  let [files, bytes] = [0, 0];
  let records = sqlite.retention;
  const cleaner = new LogCleaner({
    ...parts,
    dirs: () => options.logs.dirs,
    retention: logs.retention,
    get recordRetention() {
      return records;
    },
    maxBytes: logs.dirMaxBytes,
    onProblem: (error) => onProblem(name, error),
    onDeleted: (count, size) => {
      files += count;
      bytes += size;
      onDeleted?.(count);
    },
  });
  let turn: AsyncGenerator<void> | null = null;
  const firstAt = now() + FIRST_AFTER_MS;
  return new Loop({
    name,
    now,
    onProblem,
    atLeastEveryMs: EVERY_MS,
    run: async () => {
      if (now() < firstAt) return firstAt;
      if (recordAge !== undefined) records = await recordAge();
      turn ??= cleaner.turn();
      const until = performance.now() + TURN_MS;
      while ((await turn.next()).done !== true) if (performance.now() > until) return now() + TURN_MS;
      turn = null;
      if (files > 0) log.info(name, `Deleted ${files} ${files === 1 ? "log" : "logs"} of tasks.`, { files, bytes });
      [files, bytes] = [0, 0];
      return now() + EVERY_MS;
    },
  });
}
