/**
 * The text, no longer than `most` characters: whole lines from its beginning, and one that says how many were left out.
 */
export function cutLines(text: string, most: number): string {
  if (text.length <= most) return text;
  const lines = text.split("\n");
  // The last line break ends a line, it does not begin one.
  if (lines.at(-1) === "") lines.pop();
  const room = most - NOTE_ROOM;
  let used = 0;
  let kept = 0;
  for (const line of lines) {
    if (used + line.length + 1 > room) break;
    used += line.length + 1;
    kept += 1;
  }
  if (kept === 0) return `${cutWord(lines[0] ?? "", room)}\n… and more\n`;
  return `${lines.slice(0, kept).join("\n")}\n… and ${lines.length - kept} more lines\n`;
}

const NOTE_ROOM = 40;

/** The beginning of a text, at most `most` characters, never half of one. */
export function cutWord(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text[most - 1] ?? "") ? most - 1 : most;
  return text.slice(0, end);
}

/** What a receiver answered, for one line of a table: no control characters, few words. */
export function fewWords(text: string): string {
  const plain = text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return plain.length <= FEW ? plain : `${cutWord(plain, FEW)}…`;
}

const FEW = 160;
