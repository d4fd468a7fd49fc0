/** Marks where something was cut off. */
const CUT = "…";

/** The text, no longer than `most` characters (UTF-16): its beginning, never half a character, and `…` where it is cut. */
export function cutText(text: string, max: number): string {
  return text.length <= max ? text : `${beginning(text, max - CUT.length)}${CUT}`;
}

/** The same in complete lines; a last one says how many were left out. */
export function cutLines(text: string, max: number): string {
  if (text.length <= max) return text;
  const lines = text.split("\n");
  // The last line break ends a line, it does not begin one.
  if (lines.at(-1) === "") lines.pop();
  const room = max - NOTE_LENGTH;
  let used = 0;
  let kept = 0;
  for (const line of lines) {
    if (used + line.length + 1 > room) break;
    used += line.length + 1;
    kept += 1;
  }
  if (kept === 0) return `${beginning(lines[0] ?? "", room)}\n${CUT} and more\n`;
  return `${lines.slice(0, kept).join("\n")}\n${CUT} and ${lines.length - kept} more lines\n`;
}

const NOTE_LENGTH = 40;

function beginning(text: string, max: number): string {
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
