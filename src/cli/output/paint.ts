import { styleText } from "node:util";

type Style = "red" | "green" | "yellow" | "dim" | "bold";

/** Colours for a terminal; without one the texts stay as they are. */
export type Paint = Readonly<Record<Style, (text: string) => string>>;

/** Colours only on a terminal that is not dumb, and not when NO_COLOR (https://no-color.org) is set. */
export function paintFor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): Paint {
  const isPlain = !isTerminal || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  const brush =
    (style: Style) =>
    (text: string): string =>
      isPlain ? text : styleText(style, text, { validateStream: false });
  return { red: brush("red"), green: brush("green"), yellow: brush("yellow"), dim: brush("dim"), bold: brush("bold") };
}

/** The colour that a result or state has everywhere. */
export function paintResult(paint: Paint, word: string, text = word): string {
  if (word === "complete") return paint.green(text);
  if (word === "error" || word === "alert" || word === "overdue") return paint.red(text);
  if (word === "warn" || word === "waiting") return paint.yellow(text);
  return word === "cancelled" ? paint.dim(text) : text;
}
