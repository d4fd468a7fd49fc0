import { cutText } from "../../contract/cut-text.ts";

/** A decision is a row a task: what it quotes of a message is cut to this many characters. */
const QUOTED = 200;

/** The beginning of a text, as a decision quotes it. */
export function quotedText(text: string): string {
  return cutText(text, QUOTED);
}
