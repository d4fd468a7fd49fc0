/** Rows that a step has deleted, by table. */
export class DeletedRows {
  readonly byTable: Record<string, number> = {};
  total = 0;

  add(table: string, rows: number): void {
    if (rows === 0) return;
    this.byTable[table] = (this.byTable[table] ?? 0) + rows;
    this.total += rows;
  }
}
