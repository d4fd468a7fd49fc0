/**
 * The first `limit` rows of a list after `after` that are in the scope of who asks; fewer: no more follow. `read` is given where to go on,
 * and returns at most as many rows as it is asked for.
 */
export async function rowsWithin<Row, Key>(
  { after, limit }: { readonly after: Key; readonly limit: number },
  read: (page: { readonly after: Key; readonly limit: number }) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
  isIn: (row: Row) => boolean,
): Promise<readonly Row[]> {
  const found: Row[] = [];
  for (let from = after; ;) {
    const rows = await read({ after: from, limit });
    found.push(...rows.filter(isIn));
    const last = rows.at(-1);
    if (found.length >= limit || rows.length < limit || last === undefined) return found.slice(0, limit);
    from = keyOf(last);
  }
}
