/** A decision is a row a task: what it quotes of a message is cut to this many characters. */
const QUOTED = 200;

/** The beginning of a text, as a decision quotes it; never half a character. */
export function cutText(text: string): string {
  if (text.length <= QUOTED) return text;
  const half = text.charCodeAt(QUOTED - 2);
  return `${text.slice(0, half >= 0xd800 && half <= 0xdbff ? QUOTED - 2 : QUOTED - 1)}…`;
}
