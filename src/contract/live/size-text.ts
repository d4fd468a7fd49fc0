const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** A size as people read it, as the configuration writes it: `1.5 GB`. */
export function sizeText(bytes: number): string {
  let value = bytes / 1000;
  if (Math.abs(value) < 1) return `${bytes} bytes`;
  for (const unit of UNITS) {
    if (Math.abs(value) < 999.5 || unit === "TB")
      return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
    value /= 1000;
  }
  return `${bytes} bytes`;
}
