import { basename, dirname } from "node:path";

/** Whether standard output is for programs: one JSON object a line, and nothing else. */
const isJson = process.argv.includes("--json");
const BENCH = basename(dirname(process.argv[1] ?? ""));

/** The value below which the share `of` (0 to 1) of the values are. NaN without values. */
export function quantile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** An integer with separators, or with two digits when it is small. */
export function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toFixed(2)));
}

export interface FigureContext {
  /** The value that a person judges it by; whether it is a maximum or a minimum follows from the name. */
  readonly target?: number;
  /** Of this value to that of the control in the same run. */
  readonly ratio?: number;
}

/** Report one figure of the result: a line of text or, with `--json`, a JSON object on a line of its own. */
export function reportFigure(name: string, value: number, unit: string, context: FigureContext = {}): void {
  const { target, ratio } = context;
  if (isJson) {
    // What could not be measured is NaN, and null in JSON.
    console.log(
      JSON.stringify({ bench: BENCH, name, unit, value, target: target ?? null, ratio_to_control: ratio ?? null }),
    );
    return;
  }
  const shownValue = `${shown(value)} ${unit}`.trimEnd();
  const shownTarget = target === undefined ? "" : `   target ${shown(target)}`;
  const shownRatio = ratio === undefined ? "" : `   ratio to the control ${shown(ratio)}`;
  console.log(`${name.padEnd(52)} ${shownValue.padStart(18)}${shownTarget}${shownRatio}`);
}

/** Report figures that people read as one table: `rows` are its lines in text, `figures` reports the same for `--json`. */
export function reportTable(rows: readonly string[], figures: () => void): void {
  if (isJson) figures();
  else for (const row of rows) console.log(row);
}

/** Print text for people beside the figures: on standard error with `--json`. */
export function printNote(text: string): void {
  if (isJson) console.error(text);
  else console.log(text);
}

/** Something that must hold in any run, also on a slow machine: that the benchmark did what it says it did. */
export function mustHold(claim: string, holds: boolean): void {
  if (!holds) throw new Error(`The benchmark did not do its work: ${claim}`);
}
