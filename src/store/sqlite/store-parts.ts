import type { ChangingRedact } from "../../contract/redact/changing-redact.ts";
import type { RedactRules } from "../../contract/redact/rules.ts";
import type { ReadStore } from "../store.ts";
import type { Connection } from "./database/connection.ts";
import type { StartCheck } from "./database/integrity.ts";
import type { LockWait } from "./database/lock-wait.ts";
import type { WalKeeper } from "./journal/wal-keeper.ts";

/** What the adapter is made of; `open.ts` makes it. */
export interface SqliteStoreParts {
  readonly path: string;
  /** With links resolved. */
  readonly realPath: string;
  readonly db: Connection;
  /** Null: SQLite empties the log by itself. */
  readonly journal: WalKeeper | null;
  readonly reads: ReadStore & { close(): void | Promise<void>; useRedactRules(rules: RedactRules): Promise<void> };
  /** What is hidden is not indexed for searches. */
  readonly redact: ChangingRedact;
  /** For the calls that find the database locked by another program. */
  readonly lock: LockWait;
  /** How to check the file for damage. */
  readonly startCheck: StartCheck;
  /** Its size; null when it is new, or the import has just checked it. */
  readonly existing: { readonly bytes: number } | null;
  /** A command does not check the file, unless the last stop was not clean. */
  readonly isInstance: boolean;
  now(): number;
  /** This process, as the owner of outbox rows. */
  readonly owner: string;
  /** After the last transaction: everything is in the database file then. */
  leave(): void;
  /** Called after everything is closed. */
  released(): void;
}
