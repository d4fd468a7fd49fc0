import { cutText } from "../../contract/cut-text.ts";

/** There is a decision for every task, so what it quotes of a message is cut to this many characters. */
const QUOTED = 200;

/** The beginning of a text, as a decision quotes it. */
export function quotedText(text: string): string {
  return cutText(text, QUOTED);
}
