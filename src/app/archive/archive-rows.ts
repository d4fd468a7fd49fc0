import { archiveDay } from "../../core/retention/archive-key.ts";
import type { ArchiveRequest } from "../../engine/retention/archiver.ts";
import { type ArchivedRow, type ArchivedValue, rowText } from "../../store/retention/archived-row.ts";
import { ArchiveSource } from "../../store/sqlite/retention/archive-source.ts";
import { storeRows, type StoredRows, type StoreTools } from "./store-rows.ts";

export interface ArchiveJob extends ArchiveRequest {
  /** Its path. */
  readonly database: string;
  readonly programVersion: string;
}

/** The next rows of a cleanup, archived. */
export interface ArchivedRows extends StoredRows {
  /** How far in the table; null: to its end. */
  readonly until: string | null;
  /** The rows that may be deleted, and what each was. */
  readonly ids: readonly number[];
  readonly digests: readonly string[];
}

export interface ArchiveSizes {
  /** Rows of the table, and rows of all tables, after which a batch ends. */
  readonly own: number;
  readonly all: number;
  /** What is held in memory before it becomes files, about so many bytes; and rows of one file. */
  readonly heldBytes: number;
  readonly fileRows: number;
}

export const ARCHIVE_SIZES: ArchiveSizes = { own: 20_000, all: 200_000, heldBytes: 8 * 1024 * 1024, fileRows: 50_000 };
const PAGE_ROWS = 1000;

export interface ArchiveTools extends StoreTools {
  /** Called after each file. */
  readonly onProgress: () => void;
}

/**
 * Archives the rows that a cleanup deletes next, with all that goes with them. Resolves when each of them is in the archive, and was
 * found there. Throws ArchiveError, ObjectError and the errors of SQLite.
 */
export async function archiveRows(
  job: ArchiveJob,
  tools: ArchiveTools,
  sizes: ArchiveSizes = ARCHIVE_SIZES,
): Promise<ArchivedRows> {
  const source = new ArchiveSource(job.database, job.limits);
  try {
    const held = new HeldRows(source, job, tools, sizes);
    const ids: number[] = [];
    const digests: string[] = [];
    let until = job.cursor;
    do {
      const page = source.page(until, job.rows, Math.min(PAGE_ROWS, sizes.own));
      for (const id of page.ids) {
        const owner = source.owner(id);
        if (owner === null) continue;
        const day = archiveDay(owner.at);
        for (const row of owner.rows) await held.add(row, id, day);
        ids.push(id);
        digests.push(owner.digest);
      }
      until = page.next;
    } while (until !== null && ids.length < sizes.own && held.total < sizes.all);
    await held.flush();
    return { until, ids, digests, ...held.stored };
  } finally {
    source.close();
  }
}

interface Group {
  readonly table: string;
  readonly day: string;
  readonly rows: { readonly id: number; readonly values: readonly ArchivedValue[] }[];
  bytes: number;
}

/** Rows by table and day, until there are enough for files. */
class HeldRows {
  total = 0;
  stored: StoredRows = { rows: 0, files: 0, bytes: 0 };
  readonly #source: ArchiveSource;
  readonly #job: ArchiveJob;
  readonly #tools: ArchiveTools;
  readonly #sizes: ArchiveSizes;
  readonly #groups = new Map<string, Group>();
  /** A relationship goes with each of its two tasks. */
  readonly #relationships = new Set<string>();
  #bytes = 0;

  constructor(source: ArchiveSource, job: ArchiveJob, tools: ArchiveTools, sizes: ArchiveSizes) {
    this.#source = source;
    this.#job = job;
    this.#tools = tools;
    this.#sizes = sizes;
  }

  async add({ table, values }: ArchivedRow, owner: number, day: string): Promise<void> {
    if (table === "task_relationships") {
      const text = rowText(values);
      if (this.#relationships.has(text)) return;
      this.#relationships.add(text);
    }
    const name = `${table} ${day}`;
    const group = this.#groups.get(name) ?? { table, day, rows: [], bytes: 0 };
    this.#groups.set(name, group);
    const bytes = sizeOf(values);
    group.rows.push({ id: this.#idOf(table, values) ?? owner, values });
    group.bytes += bytes;
    this.#bytes += bytes;
    this.total += 1;
    if (group.rows.length >= this.#sizes.fileRows || this.#bytes >= this.#sizes.heldBytes) await this.#storeLargest();
  }

  async flush(): Promise<void> {
    while (this.#groups.size > 0) await this.#storeLargest();
  }

  async #storeLargest(): Promise<void> {
    const [largest] = [...this.#groups].toSorted(([, a], [, b]) => b.bytes - a.bytes);
    if (largest === undefined) return;
    const [name, { table, day, rows, bytes }] = largest;
    const { instanceId: instance, schemaVersion } = this.#source;
    const { programVersion } = this.#job;
    const columns = this.#source.columns(table);
    const { stored } = this;
    const now = await storeRows({ table, day, rows, columns, instance, schemaVersion, programVersion }, this.#tools);
    this.stored = {
      rows: stored.rows + now.rows,
      files: stored.files + now.files,
      bytes: stored.bytes + now.bytes,
    };
    this.#groups.delete(name);
    this.#bytes -= bytes;
    this.#tools.onProgress();
  }

  #idOf(table: string, values: readonly ArchivedValue[]): number | null {
    const index = this.#source.columns(table).findIndex(({ name }) => name === "id");
    const id = values[index];
    return typeof id === "bigint" ? Number(id) : null;
  }
}

/** In memory, about. */
function sizeOf(values: readonly ArchivedValue[]): number {
  let size = 0;
  for (const value of values) size += typeof value === "string" ? 16 + 2 * value.length : 24;
  return size;
}
