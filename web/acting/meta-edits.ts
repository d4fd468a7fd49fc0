/** A line of the meta of a task, as it is edited. */
export interface MetaRow {
  readonly key: string;
  readonly value: string;
  /** It was there: its key stays as it is. */
  readonly isOld: boolean;
}

export function metaRows(meta: string): readonly MetaRow[] {
  return [...new URLSearchParams(meta)].map(([key, value]) => ({ key, value, isOld: true }));
}

/** What is merged over the meta: the lines that are new or have another value; null: there are none. */
export function metaChanges(meta: string, rows: readonly MetaRow[]): string | null {
  const old = metaRows(meta);
  const changed = rows.filter(({ key, value, isOld }, at) => key !== "" && (!isOld || old[at]?.value !== value));
  if (changed.length === 0) return null;
  return new URLSearchParams(changed.map(({ key, value }) => [key, value])).toString();
}
