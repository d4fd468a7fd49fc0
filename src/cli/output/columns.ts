import measure from "fast-string-truncated-width";

/** How many columns of a terminal the text takes: two for a wide character, none for a mark on another one. */
export function columnsOf(text: string): number {
  return measure(text).width;
}

/** The beginning of the text that fits into so many columns, at least its first character. */
export function fitting(text: string, columns: number): string {
  const { index } = measure(text, { limit: columns, ellipsis: "" });
  return text.slice(0, Math.max(index, (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1));
}

/** The text with blanks behind it, so many columns wide. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
