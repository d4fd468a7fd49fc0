const FORM = /^\d{4}-\d{2}(?:-\d{2}(?:T\d{2}(?::\d{2})?)?)?$/;

/** From the first moment that begins so to the first after it, as UTC shows them; null: there is no such time. */
export function rangeOf(prefix: string): { readonly from: number; readonly until: number } | null {
  if (!FORM.test(prefix)) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = prefix.split(/[-T:]/).map(Number);
  const from = Date.UTC(year, month - 1, day, hour, minute);
  const isReal = new Date(from).toISOString().startsWith(prefix);
  const until = [
    () => Date.UTC(year, month, 1),
    () => Date.UTC(year, month - 1, day + 1),
    () => Date.UTC(year, month - 1, day, hour + 1),
    () => Date.UTC(year, month - 1, day, hour, minute + 1),
  ][[7, 10, 13, 16].indexOf(prefix.length)]?.();
  return isReal && until !== undefined ? { from, until } : null;
}
