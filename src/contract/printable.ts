/**
 * Characters that control a terminal or break a line (C0, DEL, C1), and those that change the direction or the lines of
 * text: a message, a file name or a workflow must not bring them to a terminal or a log.
 */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The text on one line, each such character as a space. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, " ");
}

/** The text with each such character as `\\u202e`, which JSON reads back, save those that `keep` accepts. */
export function escapeUnprintable(text: string, keep: (character: string) => boolean = () => false): string {
  return text.replaceAll(UNPRINTABLE, (character) =>
    keep(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
