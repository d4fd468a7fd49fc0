/** Colours for a terminal; without one the texts stay as they are. */
export interface Paint {
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const PLAIN = (text: string): string => text;

/** Colours only on a terminal, and not when NO_COLOR (https://no-color.org) or a dumb terminal speaks against it. */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  if (!isTerminal || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb") {
    return { red: PLAIN, green: PLAIN, yellow: PLAIN, dim: PLAIN, bold: PLAIN };
  }
  return { red: code(31, 39), green: code(32, 39), yellow: code(33, 39), dim: code(2, 22), bold: code(1, 22) };
}

function code(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}

/** The colour that a result or state has everywhere. */
export function paintResult(paint: Paint, word: string, text = word): string {
  if (word === "complete") return paint.green(text);
  if (word === "error" || word === "alert" || word === "overdue") return paint.red(text);
  if (word === "warn" || word === "waiting") return paint.yellow(text);
  return word === "cancelled" ? paint.dim(text) : text;
}
