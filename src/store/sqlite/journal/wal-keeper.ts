import { closeSync, openSync, readSync, renameSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Journal, JournalEmptied, JournalPosition } from "../../backup/journal.ts";
import { type Connection, connect, storeError } from "../database/connection.ts";
import { FRAME_HEADER_BYTES, WAL_HEADER_BYTES } from "./wal-file.ts";

/** Above this size (bytes) the log is emptied: about what SQLite itself would do at a thousand pages. */
const FULL_BYTES = 4 * 1024 * 1024;
const CACHE_KIB = 64;
/** Any transaction that writes. */
const BEGIN = `INSERT INTO instance_state (key, value) VALUES ('journal.emptied', '1')
  ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1`;
/** Of a tail while the log may still be as it was, and once it was emptied. */
export const TAIL = ".tail";
export const EMPTIED_TAIL = ".emptied";

/**
 * Keeps the write-ahead log until it was shipped. A transaction that only reads, on a connection of its own, keeps every
 * other process from letting the log begin anew, whatever it runs: the writer does it here alone, and takes the copy first.
 */
export class WalKeeper implements Journal {
  readonly path: string;
  readonly #database: string;
  readonly #db: Connection;
  readonly #guard: Connection;
  readonly #pageSize: number;
  #onFull: () => void = () => undefined;
  #tails = 0;
  #isTold = false;

  /** `db`: the writer's, before its first transaction. */
  constructor(database: string, db: Connection) {
    this.#database = database;
    this.path = `${database}-wal`;
    this.#db = db;
    db.pragma("wal_autocheckpoint = 0");
    // Its size is then what is in it: by default a log that begins anew keeps its old length.
    db.pragma("journal_size_limit = 0");
    this.#pageSize = db.pragma("page_size", { simple: true }) as number;
    this.#guard = connect(database, { readonly: true, cacheKib: CACHE_KIB, busyMs: 0 });
    this.#hold();
  }

  size(): number {
    return statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  isFull(): boolean {
    return this.size() > FULL_BYTES;
  }

  onFull(listener: () => void): void {
    this.#onFull = listener;
  }

  /** After each commit of the writer, whose caller hears of it first. */
  committed(): void {
    if (this.#isTold || !this.isFull()) return;
    this.#isTold = true;
    setImmediate(() => {
      this.#isTold = false;
      this.#onFull();
    });
  }

  empty(after: JournalPosition, folder: string): JournalEmptied | null {
    try {
      const before = this.#version();
      this.#tails += 1;
      const name = join(folder, `${after.salt1}-${after.salt2}-${after.frame}-${this.#tails}`);
      // On the disk before the log is emptied: a power cut must not take both.
      writeFileSync(name + TAIL, this.#read(after.frame), { mode: 0o600, flush: true });
      const isEmptied = this.#truncate();
      if (this.#version() !== before) return null;
      if (!isEmptied) return { tail: name + TAIL, after, outcome: "perhaps" };
      // Whoever starts after a crash knows by the name that the log went on right behind it.
      renameSync(name + TAIL, name + EMPTIED_TAIL);
      this.#begin();
      return { tail: name + EMPTIED_TAIL, after, outcome: "emptied" };
    } catch (error) {
      throw storeError(error, this.#database);
    }
  }

  drop(): boolean {
    try {
      return this.#truncate();
    } catch (error) {
      throw storeError(error, this.#database);
    }
  }

  /** Everything is then in the database file. The log stays as it is, for what has yet to be shipped, and is known again at the next start. */
  leave(): void {
    this.#release();
    this.#db.pragma("wal_checkpoint(PASSIVE)");
  }

  /** After the writer's connection: the last one that may write would remove the log. */
  close(): void {
    this.#guard.close();
  }

  /** The next generation of the log: of an empty one nobody knows after a crash what it followed on. */
  #begin(): void {
    try {
      this.#db.prepare(BEGIN).run();
    } catch {
      // The next transaction begins it, or says what is wrong with the disk.
    }
  }

  /** The header, and the frames after so many. */
  #read(frames: number): Buffer {
    const from = WAL_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + this.#pageSize);
    const file = openSync(this.path, "r");
    try {
      const bytes = Buffer.alloc(WAL_HEADER_BYTES + Math.max(0, this.size() - from));
      const header = readSync(file, bytes, 0, WAL_HEADER_BYTES, 0);
      const read = readSync(file, bytes, WAL_HEADER_BYTES, bytes.length - WAL_HEADER_BYTES, from);
      return bytes.subarray(0, header + read);
    } finally {
      closeSync(file);
    }
  }

  /** Whether the log is empty now: it is not while somebody reads what is in it. */
  #truncate(): boolean {
    this.#release();
    try {
      const [row] = this.#db.pragma("wal_checkpoint(TRUNCATE)") as { readonly busy: number }[];
      return row?.busy === 0;
    } finally {
      this.#hold();
    }
  }

  /** Changes with each transaction of another connection. */
  #version(): number {
    return this.#db.pragma("data_version", { simple: true }) as number;
  }

  #hold(): void {
    this.#guard.exec("BEGIN");
    this.#guard.prepare("SELECT count(*) FROM sqlite_schema").get();
  }

  #release(): void {
    if (this.#guard.inTransaction) this.#guard.exec("COMMIT");
  }
}
