/** Neutral steps, the largest part darkest: `index` of so many. */
export function shadeOf(index: number, of: number): string {
  const share = 100 - (index / Math.max(1, of)) * 78;
  return `color-mix(in srgb, var(--chart-1) ${Math.round(share)}%, var(--surface))`;
}
