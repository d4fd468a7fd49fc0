import type { Statement, Statements } from "./connection.ts";

/** The ids of one table: each is higher than all before it, also than those of rows that were deleted. */
export class IdSequence {
  readonly table: string;
  /** The mark in the database: no committed row has a higher id. */
  reserved: number;
  readonly #maxReserve: number;
  readonly #newest: () => number;
  #last: number | null = null;
  /** `last` at the last commit. */
  #committed: number | null = null;

  constructor(table: string, maxReserve: number, reserved: number, newest: () => number) {
    this.table = table;
    this.#maxReserve = maxReserve;
    this.reserved = reserved;
    this.#newest = newest;
  }

  /**
   * The newest id in use. Read from the table at first use: a damaged table must not stop the database from opening,
   * since the health of an open database is what reports the damage.
   */
  get last(): number {
    if (this.#last === null) {
      this.#last = Math.max(this.reserved, this.#newest());
      this.#committed = this.#last;
    }
    return this.#last;
  }

  /**
   * How far the next mark runs ahead: 16 times what this transaction used, so that a busy table writes it seldom and a
   * kill of a quiet one leaves a small gap.
   */
  get reserve(): number {
    return Math.min(this.#maxReserve, 16 * (this.last - (this.#committed ?? 0)));
  }

  get isUsed(): boolean {
    return this.#last !== null;
  }

  next(): number {
    this.#last = this.last + 1;
    return this.#last;
  }

  committed(): void {
    this.#committed = this.#last;
  }

  /** No row has the ids of a transaction that was rolled back: they are handed out again, so a dry run leaves no gap. */
  rolledBack(): void {
    this.#last = this.#committed;
  }
}

/**
 * `id_sequences`: the highest id that each table may have used. The mark runs ahead of the ids, so that only one
 * transaction in many writes it; a process that is killed leaves a gap of what it had reserved.
 */
export class IdSequences {
  readonly #statements: Statements;
  readonly #read: Statement<{ highId: number }>;
  readonly #put: Statement;
  readonly #sequences: IdSequence[] = [];
  /** Marks written by the open transaction. */
  readonly #written = new Map<IdSequence, number>();

  constructor(statements: Statements) {
    this.#statements = statements;
    this.#read = statements.prepare("ids.read", "SELECT high_id AS highId FROM id_sequences WHERE name = ?");
    this.#put = statements.prepare(
      "ids.put",
      "INSERT INTO id_sequences (name, high_id) VALUES (?, ?) ON CONFLICT DO UPDATE SET high_id = excluded.high_id",
    );
  }

  /** The first id is above `atLeast`; a mark runs at most `maxReserve` ids ahead. Call it once for each table. */
  of(table: string, maxReserve: number, atLeast = 0): IdSequence {
    const newest = this.#statements.prepare<{ id: number | null }>(
      `ids.newest.${table}`,
      `SELECT max(id) AS id FROM ${table}`,
    );
    const reserved = this.#read.get(table)?.highId ?? 0;
    // An import writes rows without the mark.
    const sequence = new IdSequence(table, maxReserve, reserved, () => Math.max(newest.get()?.id ?? 0, atLeast));
    this.#sequences.push(sequence);
    return sequence;
  }

  /** Before rows are deleted: reads the newest ids, so that the marks know them when the rows are gone. */
  keep(): void {
    for (const sequence of this.#sequences) void sequence.last;
  }

  /** At the end of a transaction: no row is committed whose id is above the mark. */
  flush(): void {
    for (const sequence of this.#sequences)
      if (sequence.isUsed && sequence.last > sequence.reserved) this.#write(sequence, sequence.last + sequence.reserve);
  }

  /** In the last transaction of a clean stop, so that the next start leaves no gap. */
  returnUnused(): void {
    for (const sequence of this.#sequences)
      if (sequence.isUsed && sequence.last < sequence.reserved) this.#write(sequence, sequence.last);
  }

  committed(): void {
    for (const [sequence, reserved] of this.#written) sequence.reserved = reserved;
    this.#written.clear();
    for (const sequence of this.#sequences) sequence.committed();
  }

  rolledBack(): void {
    this.#written.clear();
    for (const sequence of this.#sequences) sequence.rolledBack();
  }

  #write(sequence: IdSequence, reserved: number): void {
    this.#put.run(sequence.table, reserved);
    this.#written.set(sequence, reserved);
  }
}
