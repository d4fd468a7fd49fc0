import type { Statement, Statements } from "./connection.ts";

/** The ids of one table: each is higher than all before it, also than those of rows that were deleted. */
export class IdSequence {
  readonly table: string;
  /** Ids that one write reserves. */
  readonly step: number;
  /** The id that was given last. */
  last: number;
  /** As it stands in the database: no committed row has a higher id. */
  reserved: number;

  constructor(table: string, step: number, last: number, reserved: number) {
    this.table = table;
    this.step = step;
    this.last = last;
    this.reserved = reserved;
  }

  /** Never given back, so gaps may stand. */
  next(): number {
    this.last += 1;
    return this.last;
  }
}

/**
 * `id_sequences`: how far ids were given. The mark runs ahead of them, so that a transaction in many writes it; a process
 * that is killed leaves a gap of what it had reserved.
 */
export class IdSequences {
  readonly #statements: Statements;
  readonly #read: Statement<{ highId: number }>;
  readonly #put: Statement;
  readonly #sequences: IdSequence[] = [];
  /** Written by the transaction that is open. */
  readonly #written = new Map<IdSequence, number>();

  constructor(statements: Statements) {
    this.#statements = statements;
    this.#read = statements.prepare("ids.read", "SELECT high_id AS highId FROM id_sequences WHERE name = ?");
    this.#put = statements.prepare(
      "ids.put",
      "INSERT INTO id_sequences (name, high_id) VALUES (?, ?) ON CONFLICT DO UPDATE SET high_id = excluded.high_id",
    );
  }

  /** `atLeast`: the first id is above it. Once for each table. */
  of(table: string, step: number, atLeast = 0): IdSequence {
    const newest = this.#statements.prepare<{ id: number | null }>(
      `ids.newest.${table}`,
      `SELECT max(id) AS id FROM ${table}`,
    );
    const reserved = this.#read.get(table)?.highId ?? 0;
    // An import writes rows without the mark.
    const last = Math.max(reserved, newest.get()?.id ?? 0, atLeast);
    const sequence = new IdSequence(table, step, last, reserved);
    this.#sequences.push(sequence);
    return sequence;
  }

  /** At the end of a transaction: no row is committed whose id is above the mark. */
  flush(): void {
    for (const sequence of this.#sequences)
      if (sequence.last > sequence.reserved) this.#write(sequence, sequence.last + sequence.step);
  }

  /** In the last transaction of a clean stop: the next start goes on without a gap. */
  giveBack(): void {
    for (const sequence of this.#sequences) if (sequence.last < sequence.reserved) this.#write(sequence, sequence.last);
  }

  committed(): void {
    for (const [sequence, reserved] of this.#written) sequence.reserved = reserved;
    this.#written.clear();
  }

  rolledBack(): void {
    this.#written.clear();
  }

  #write(sequence: IdSequence, reserved: number): void {
    this.#put.run(sequence.table, reserved);
    this.#written.set(sequence, reserved);
  }
}
