/** The value below which the share `of` (0 to 1) of the values lies. NaN without values. */
export function quantile(values: readonly number[], of: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** A whole number with separators, or with two digits when it is small. */
export function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toFixed(2)));
}

/** One line of the result: what it is, its value, and the target beside it. */
export function tell(name: string, value: string, target = ""): void {
  console.log(`${name.padEnd(52)} ${value.padStart(18)}${target === "" ? "" : `   target ${target}`}`);
}

/** Something that must hold in any run, also on a slow machine: that the benchmark did what it says it did. */
export function mustHold(claim: string, holds: boolean): void {
  if (!holds) throw new Error(`The benchmark did not do its work: ${claim}`);
}
