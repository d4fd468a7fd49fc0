import { columnsOf, fitting } from "./columns.ts";

/**
 * The text in lines that fit between `indent` and `width` columns, those after the first indented; longer words are cut.
 * Null: one line.
 */
export function wrap(text: string, width: number | null, indent: number): string {
  if (width === null) return text;
  const lineWidth = Math.max(20, width - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => pieces(one, lineWidth))) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > lineWidth) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

function pieces(word: string, lineWidth: number): string[] {
  const parts: string[] = [];
  let rest = word;
  while (columnsOf(rest) > lineWidth) {
    const part = fitting(rest, lineWidth);
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return [...parts, rest];
}
