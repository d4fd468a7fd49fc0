const MOST = 500;

/** What a client says of an error, as a part of a sentence: some say several lines, and end them with a full stop. */
export function firstLine(message: string): string {
  const [line = ""] = message.trim().split("\n");
  return line.slice(0, MOST).replace(/[.\s]+$/, "");
}
