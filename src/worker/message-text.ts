import { stripVTControlCharacters } from "node:util";
import { cutText } from "../contract/cut-text.ts";

/** Longest `msg` a worker sends, in UTF-16 units: enough for a sentence and a stack's head, not for a log. */
const LONGEST = 1000;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** A text as it may stand in `msg`: one line, no control characters or terminal colours, not longer than 1,000. */
export function messageText(text: string): string {
  if (text === "") return text;
  // Cut before cleaning, so a text of megabytes costs no more than a long one.
  const bounded = text.length > 4 * LONGEST ? text.slice(0, 4 * LONGEST) : text;
  return cutText(stripVTControlCharacters(bounded).replace(CONTROL, " ").trim(), LONGEST).toWellFormed();
}

/** The last line that says anything. */
export function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/);
  return messageText(lines.findLast((line) => line.trim() !== "") ?? "");
}
