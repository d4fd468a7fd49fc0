import { randomBytes } from "node:crypto";
import { UsageError } from "../usage-error.ts";
import type { CliContext } from "../context.ts";

export interface NewPassword {
  readonly password: string;
  /** It was made here: whoever runs the command has to be shown it. */
  readonly isMade: boolean;
}

/** The first line of standard input, or one of 128 random bits. Never a flag: the list of processes would show it to all. */
export async function newPassword(fromStdin: boolean, { input }: CliContext): Promise<NewPassword> {
  if (!fromStdin) return { password: randomBytes(16).toString("base64url"), isMade: true };
  let text = "";
  for await (const piece of input) {
    text += piece;
    if (text.includes("\n") || text.length > MAX_LENGTH) break;
  }
  const [password = ""] = text.split(/\r?\n/);
  if (password === "")
    throw new UsageError("--password-stdin reads the password from standard input, and there is none.");
  return { password, isMade: false };
}

/** More is refused anyhow. */
const MAX_LENGTH = 10_000;
