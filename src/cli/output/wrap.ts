import { columnsOf, fitting } from "./columns.ts";

/**
 * The text in lines that fit between `indent` and `width` columns, those after the first indented; longer words are cut.
 * Null: one line.
 */
export function wrap(text: string, width: number | null, indent: number): string {
  if (width === null) return text;
  const room = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => pieces(one, room))) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

function pieces(word: string, room: number): string[] {
  const parts: string[] = [];
  let rest = word;
  while (columnsOf(rest) > room) {
    const part = fitting(rest, room);
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return [...parts, rest];
}
