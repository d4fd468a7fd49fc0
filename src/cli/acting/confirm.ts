import type { CliContext } from "../context.ts";
import { UsageError } from "../usage-error.ts";

export interface Confirmation {
  /** Shown before; empty: nothing. */
  readonly summary: string;
  /** As in "Cancel 3 tasks?" */
  readonly question: string;
  /** Where nobody can be asked: that nothing was done, and what to say. */
  readonly refusal: string;
}

/**
 * Asks before something is done; `isYes`: it was said on the command line. False: the person said no, which is printed. Throws
 * UsageError when nobody can be asked.
 */
export async function confirm(
  { summary, question, refusal }: Confirmation,
  isYes: boolean,
  context: CliContext,
): Promise<boolean> {
  if (isYes) return true;
  if (context.width === null) throw new UsageError(`${summary === "" ? "" : `${summary} `}${refusal}`);
  if (summary !== "") context.err(summary);
  context.err(`${question} [y/N]`);
  for await (const text of context.input)
    if (/^\s*y(es)?\s*$/i.test(text)) return true;
    else break;
  context.err("Nothing was done.");
  return false;
}
