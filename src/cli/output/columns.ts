import measure from "fast-string-truncated-width";

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many columns of a terminal the text takes: two for a wide character, none for a combining mark. */
export function columnsOf(text: string): number {
  return measure(text).width;
}

/**
 * The beginning of the text that fits into so many columns, at least its first character. Counts each character itself:
 * with its own limit, the measuring library forgets the characters before a run of Latin ones, such as `├─`.
 */
export function fitting(text: string, columns: number): string {
  let end = 0;
  let used = 0;
  for (const { segment } of CHARACTERS.segment(text)) {
    used += columnsOf(segment);
    if (end > 0 && used > columns) break;
    end += segment.length;
  }
  return text.slice(0, end);
}

/** The text padded with spaces to so many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
