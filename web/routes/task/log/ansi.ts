/** A piece of a row, in the colour that it was written in. */
export interface Span {
  readonly text: string;
  /** Classes of the style sheet; empty: as all text. */
  readonly style: string;
}

const CODES = /\u001B(?:\[([0-9;:]*)([@-~])|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g;
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F]/g;

/** Black and white are the colours of the page; the others are those of the states. */
const COLOURS: readonly string[] = [
  "text-ink-3",
  "text-(--error-text)",
  "text-(--complete-text)",
  "text-(--warn-text)",
  "text-(--running-text)",
  "text-(--alert-text)",
  "text-(--running-text)",
  "",
];

interface Pen {
  colour: string;
  isBold: boolean;
}

/**
 * The pieces of a row with its colours, without all other codes of terminals. What was written over, as by a progress bar, is left
 * out.
 */
export function spansOf(row: string): readonly Span[] {
  const line = row.replace(/\r?\n$/, "");
  const shown = line.slice(line.lastIndexOf("\r") + 1);
  const pen: Pen = { colour: "", isBold: false };
  const spans: Span[] = [];
  const add = (text: string): void => {
    const plain = text.replaceAll(CONTROLS, "");
    if (plain !== "") spans.push({ text: plain, style: `${pen.colour}${pen.isBold ? " font-semibold" : ""}`.trim() });
  };
  let from = 0;
  for (const match of shown.matchAll(CODES)) {
    add(shown.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") paint(pen, (match[1] ?? "").split(/[;:]/).map(Number));
  }
  add(shown.slice(from));
  return spans;
}

function paint(pen: Pen, codes: readonly number[]): void {
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 0) [pen.colour, pen.isBold] = ["", false];
    else if (code === 1) pen.isBold = true;
    else if (code === 22) pen.isBold = false;
    else if (code === 39) pen.colour = "";
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) pen.colour = COLOURS[code % 10] ?? "";
    // The numbers after these are colours of a palette, or of a background: they mean nothing here.
    else if (code === 38 || code === 48) at += codes[at + 1] === 5 ? 2 : 4;
  }
}

/** The same with what was found set apart: every second piece of a span is a hit. */
export function hitsOf(spans: readonly Span[], wanted: string): readonly (Span & { readonly isHit: boolean })[] {
  const text = spans.map((span) => span.text).join("");
  const ranges = wanted === "" ? [] : rangesOf(text.toLowerCase(), wanted.toLowerCase());
  if (ranges.length === 0) return spans.map((span) => ({ ...span, isHit: false }));
  const pieces: (Span & { readonly isHit: boolean })[] = [];
  let start = 0;
  for (const { text: own, style } of spans) {
    const end = start + own.length;
    let from = start;
    for (const range of ranges) {
      if (range.until <= from || range.from >= end) continue;
      const [first, last] = [Math.max(range.from, from), Math.min(range.until, end)];
      if (first > from) pieces.push({ text: text.slice(from, first), style, isHit: false });
      pieces.push({ text: text.slice(first, last), style, isHit: true });
      from = last;
    }
    if (from < end) pieces.push({ text: text.slice(from, end), style, isHit: false });
    start = end;
  }
  return pieces;
}

function rangesOf(text: string, wanted: string): readonly { readonly from: number; readonly until: number }[] {
  const ranges: { from: number; until: number }[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length))
    ranges.push({ from: at, until: at + wanted.length });
  return ranges;
}
