/** Where a spreadsheet would begin a formula, full-width signs included, also behind blanks that it leaves out. */
const FORMULA = /^(?=[\t\r\n])|^(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])/;
/** The same behind what may end a cell: in countries with a decimal comma a semicolon does, and quotes do not hold then. */
const INNER_FORMULA = /(?<=[;\t\r\n])(?=[^\S\t\r\n]*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/**
 * A line of CSV (RFC 4180) without its end. Text that a spreadsheet would run as a formula gets an apostrophe there, so that it
 * shows it: workers and file names decide what it says.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return cells.map(cellText).join(",");
}

function cellText(cell: string | number | null): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const text = cell.replaceAll(INNER_FORMULA, "'").replace(FORMULA, "'");
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
