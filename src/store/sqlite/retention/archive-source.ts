import { present } from "../../../contract/present.ts";
import type { RetainedTable } from "../../../contract/retention/tables.ts";
import type { Limits } from "../../../core/retention/policy.ts";
import { type ArchivedColumn, type ArchivedRow, digestOf } from "../../retention/archived-row.ts";
import { connect, type Connection, Statements } from "../database/connection.ts";
import { schemaVersion } from "../database/migrate.ts";
import { dueRows } from "./due-rows.ts";
import { beginning, type Cursor, type DueRows } from "./due.ts";
import { DigestedRows, OtherOwnedRows } from "./owned-rows.ts";

/** Each row is read once. */
const CACHE_KIB = 8192;

/** When a row began, of each table: the day under which it is archived, with all that goes with it. It never changes. */
const BEGAN: Readonly<Record<RetainedTable, string>> = {
  task_records: "decided_at",
  file_messages: "received_at",
  alert_records: "created_at",
  alert_notifications: "created_at",
  decisions: "at",
  dead_letters: "received_at",
  backfills: "created_at",
  bulk_jobs: "created_at",
  silences: "created_at",
  pauses: "since",
  audit_log: "at",
  task_counts_hourly: "hour",
  file_counts_hourly: "hour",
};

/** A row that is due, with what goes with it. */
export interface DueOwner {
  readonly id: number;
  /** When it began (ms). */
  readonly at: number;
  readonly digest: string;
  /** Read as they are asked for. */
  readonly rows: Iterable<ArchivedRow>;
}

export interface DueOwners {
  readonly ids: readonly number[];
  /** Null: that was the last page. */
  readonly next: string | null;
}

/** Reads what a cleanup deletes next, on a connection of its own. Throws the errors of SQLite. */
export class ArchiveSource {
  readonly instanceId: string;
  readonly schemaVersion: number;
  readonly #db: Connection;
  readonly #limits: Limits;
  readonly #due: DueRows;
  readonly #digested: DigestedRows;
  readonly #others: OtherOwnedRows;
  readonly #beganAt: number;
  readonly #columns = new Map<string, readonly ArchivedColumn[]>();

  constructor(path: string, limits: Limits) {
    this.#db = connect(path, { readonly: true, cacheKib: CACHE_KIB });
    this.#limits = limits;
    const { table } = limits;
    const statements = new Statements(this.#db);
    this.#due = dueRows(statements)[table];
    this.#digested = new DigestedRows(statements, table);
    this.#others = new OtherOwnedRows(statements, table);
    this.#beganAt = this.columns(table).findIndex(({ name }) => name === BEGAN[table]);
    this.schemaVersion = schemaVersion(this.#db);
    const instance = this.#db
      .prepare<[], { value: string }>("SELECT value FROM instance_state WHERE key = 'instance.id'")
      .get();
    this.instanceId = present(instance, "the id of the instance").value;
  }

  columns(table: string): readonly ArchivedColumn[] {
    const known = this.#columns.get(table);
    if (known !== undefined) return known;
    const columns = this.#db
      .prepare<[string], ArchivedColumn>("SELECT name, type FROM pragma_table_info(?)")
      .all(table);
    this.#columns.set(table, columns);
    return columns;
  }

  /** `rows`: how many the table has, where the plan limits their number. */
  page(cursor: string | null, rows: number | null, maxRows: number): DueOwners {
    const from = cursor === null ? beginning(this.#limits, rows) : (JSON.parse(cursor) as Cursor);
    const { due, next } = this.#due.page(this.#limits, from, maxRows);
    return { ids: due.flatMap(({ ids }) => ids), next: next === null ? null : JSON.stringify(next) };
  }

  /** Null: it is gone. */
  owner(id: number): DueOwner | null {
    const digested = this.#digested.of(id);
    const [own] = digested;
    if (own === undefined) return null;
    const others = this.#others;
    const rows = function* (): Generator<ArchivedRow> {
      yield* digested;
      yield* others.of(id);
    };
    return { id, at: Number(own.values[this.#beganAt]), digest: digestOf(digested), rows: { [Symbol.iterator]: rows } };
  }

  close(): void {
    this.#db.close();
  }
}
