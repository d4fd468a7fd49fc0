const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** `840 B`, `12.4 MB`. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0];
  // What would be rounded to 1000 is one of the next unit.
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? "B"}`;
}
