import type { Command } from "commander";
import type { FileFilter } from "../../store/file-queries.ts";
import { typeOption } from "../cli.ts";
import type { ConfigFlags } from "../find-config.ts";
import { parseTime } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

/** The flags that select file events. */
export interface FilterFlags extends ConfigFlags {
  readonly matched?: true;
  readonly unmatched?: true;
  readonly type?: string;
  readonly job?: string;
  readonly path?: string;
  readonly since?: string;
  readonly until?: string;
}

export function withFilter(command: Command): Command {
  return command
    .option("--matched", "only those that matched a phase")
    .option("--unmatched", "only those that matched none")
    .option("--type <type>", "only those that matched a phase of this type", typeOption)
    .option("--job <job>", "and of this job")
    .option("--path <path>", "only this path; * matches any characters, ? matches one")
    .option(
      "--since <time>",
      "only those received since: RFC 3339, a day or hour in the config's zone, or how long ago, as in 2d",
    )
    .option("--until <time>", "only those received before");
}

/** Throws UsageError. `zone` applies to times without one. */
export function filterOf(flags: FilterFlags, zone: string, now: number): FileFilter {
  if (flags.matched === true && flags.unmatched === true)
    throw new UsageError("Give --matched or --unmatched, not both.");
  if (flags.job !== undefined && flags.type === undefined) throw new UsageError("--job needs --type.");
  const since = timeOf("--since", flags.since, zone, now);
  const until = timeOf("--until", flags.until, zone, now);
  if (since !== null && until !== null && since >= until) throw new UsageError("--since must be before --until.");
  return {
    matched: flags.matched === true ? true : flags.unmatched === true ? false : null,
    phase: flags.type === undefined ? null : { type: flags.type, job: flags.job ?? null },
    path: flags.path ?? null,
    since,
    until,
  };
}

/** Throws UsageError. Null when the flag is absent. */
export function timeOf(flag: string, text: string | undefined, zone: string, now: number): number | null {
  if (text === undefined) return null;
  const time = parseTime(text, zone, now);
  if (time === null)
    throw new UsageError(
      `${flag}: "${text}" is not a valid time; write it as in 2026-01-31, 2026-01-31T05:00:00Z or 2d.`,
    );
  return time;
}

/** Throws UsageError. */
export function eventId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new UsageError(`"${text}" is not the id of a file event; flowlord files list shows them.`);
  return Number(text);
}
