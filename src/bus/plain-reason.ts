import { cutText } from "../contract/cut-text.ts";
import { printable } from "../contract/printable.ts";
import { toError } from "../contract/to-error.ts";

const MOST = 300;

/**
 * The message of a client's error, for use inside a sentence: one line, printable, short, without the secrets and without
 * a full stop at its end.
 */
export function plainReason(error: unknown, secrets: readonly string[] = []): string {
  let text = toError(error).message;
  for (const secret of secrets) if (secret !== "") text = text.replaceAll(secret, "********");
  const line = printable(text).replaceAll(/\s+/g, " ").trim().replace(/\.+$/, "");
  if (line === "") return "no reason given";
  return cutText(line, MOST);
}
