import { MessageError } from "../../contract/message-error.ts";
import { MAX_MESSAGE_LENGTH } from "../../contract/limits.ts";

/** Deeper than anything that a program writes; V8 takes a second for each four million open brackets. */
const MAX_DEPTH = 1000;
/** Shorter ones are read at once whatever their depth. */
const LARGE = 64 * 1024;

/** Throws MessageError for a message that is not read, since reading it could hold up all others. */
export function checkSize(payload: string): void {
  const { length } = payload;
  if (length > MAX_MESSAGE_LENGTH)
    throw new MessageError("too_large", `message of ${length} characters; at most ${MAX_MESSAGE_LENGTH} are read`);
  if (length > LARGE && isTooDeep(payload))
    throw new MessageError("too_deep", `JSON with more than ${MAX_DEPTH} brackets open at a time is not read`);
}

/** Brackets within strings do not count. */
function isTooDeep(payload: string): boolean {
  let depth = 0;
  for (let at = 0; at < payload.length; at++) {
    const char = payload[at];
    if (char === '"') {
      at = endOfString(payload, at);
      if (at < 0) return false;
    } else if (char === "[" || char === "{") {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (char === "]" || char === "}") depth -= 1;
  }
  return false;
}

/** The index of its closing quote; -1 when it has none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  for (; end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === "\\") slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}
