import { stripVTControlCharacters } from "node:util";
import { cutText } from "../contract/cut-text.ts";

/** Longest `msg` of a worker, in UTF-16 units: enough for a sentence and the top of a stack, not for a log. */
const LONGEST = 1000;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** A text cleaned for `msg`: one line, no control characters or terminal colours, at most 1,000 long. */
export function messageText(text: string): string {
  if (text === "") return text;
  // Cut before cleaning, so that a text of megabytes stays cheap.
  const bounded = text.length > 4 * LONGEST ? text.slice(0, 4 * LONGEST) : text;
  return cutText(stripVTControlCharacters(bounded).replace(CONTROL, " ").trim(), LONGEST).toWellFormed();
}

/** The last line that is not blank. */
export function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text).split(/[\r\n]+/);
  return messageText(lines.findLast((line) => line.trim() !== "") ?? "");
}
