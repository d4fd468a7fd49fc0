import { codeOf, toError } from "../contract/to-error.ts";
import { compileGlob } from "../core/glob/glob.ts";
import { MetaRowsError, metaRowsFormat, parseMetaRows } from "../core/task/meta-rows.ts";
import type { Phase } from "../core/workflow/phase.ts";

export type MetaRows = readonly ReadonlyMap<string, string>[] | Error;

/** The rows cannot be read; the message names the file and the reason. */
export class MetaFileError extends Error {
  readonly code = "meta_file";

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`meta-file ${path}: ${reason}`, options);
    this.name = "MetaFileError";
  }
}

/** The part of the port objects/ that reads these files. */
export interface MetaFileReader {
  read(path: string): Promise<string>;
  /** Names in a folder, without its path; a missing folder is an error. */
  names(folder: string): Promise<readonly string[]>;
}

/** How long (ms) the decisions of a group wait for its files before the others go on without. */
const PATIENCE_MS = 200;
/** An answer that came too late for one group serves another for this long (ms). */
const LATE_ANSWER_MS = 5000;

/** The rows of the files that have answered. */
export interface AnsweredRows {
  readonly rows: (path: string) => MetaRows;
  /** Whether the file of a phase is still being read: what needs it is to be decided later. Null: none is. */
  readonly isPending: ((phase: Phase) => boolean) | null;
}

/**
 * Rows of `meta-file` rules, read before the transaction that uses them. They are read for each group: a file that
 * changes between two ticks counts from the next one on.
 */
export class MetaFiles {
  readonly #reader: MetaFileReader;
  /** Files that have kept a group waiting. */
  readonly #late = new Map<string, Promise<MetaRows>>();

  constructor(reader: MetaFileReader) {
    this.#reader = reader;
  }

  /**
   * Reads the files that these phases name. For an unreadable file the decision gets its error instead of rows. Rejects
   * when the reading was interrupted.
   */
  async load(phases: Iterable<Phase>): Promise<(path: string) => MetaRows> {
    const paths = pathsOf(phases);
    return rowsIn(new Map(await Promise.all(paths.map(async (path) => [path, await this.#reading(path)] as const))));
  }

  /** Reads one file, or the files of a pattern. Null for an empty path. */
  async rows(path: string): Promise<MetaRows | null> {
    return path === "" ? null : this.#reading(path);
  }

  /** The same, but a file that does not answer at once keeps nobody else waiting. */
  async loadAnswered(phases: Iterable<Phase>): Promise<AnsweredRows> {
    const paths = pathsOf(phases);
    if (paths.length === 0) return NO_FILES;
    const rows = new Map<string, MetaRows>();
    const pending = new Set<string>();
    const patience = Promise.withResolvers<null>();
    const timer = setTimeout(patience.resolve, PATIENCE_MS, null);
    try {
      await Promise.all(
        paths.map(async (path) => {
          const reading = this.#reading(path);
          const answer = await Promise.race([reading, patience.promise]);
          if (answer !== null) rows.set(path, answer);
          else {
            pending.add(path);
            this.#readLate(path, reading);
          }
        }),
      );
    } finally {
      clearTimeout(timer);
    }
    return { rows: rowsIn(rows), isPending: pending.size === 0 ? null : ({ rule }) => pending.has(rule.metaFile) };
  }

  #reading(path: string): Promise<MetaRows> {
    const late = this.#late.get(path);
    this.#late.delete(path);
    return late ?? this.#read(path);
  }

  #readLate(path: string, reading: Promise<MetaRows>): void {
    this.#late.set(path, reading);
    const forget = (): void => {
      if (this.#late.get(path) === reading) this.#late.delete(path);
    };
    reading.then(() => setTimeout(forget, LATE_ANSWER_MS).unref(), forget);
  }

  async #read(path: string): Promise<MetaRows> {
    try {
      const files = await this.#filesOf(path);
      if (files.length === 0) return new MetaFileError(path, "no such file");
      const rows: ReadonlyMap<string, string>[] = [];
      for (const file of files) {
        const parsed = parseMetaRows(await this.#reader.read(file), metaRowsFormat(file));
        if (parsed instanceof MetaRowsError) return new MetaFileError(file, parsed.message);
        rows.push(...parsed);
      }
      return rows;
    } catch (error) {
      if (codeOf(error) === "interrupted") throw error;
      return new MetaFileError(path, toError(error).message, { cause: error });
    }
  }

  /** A pattern in the last part of the path names several files, read in name order. */
  async #filesOf(path: string): Promise<readonly string[]> {
    const slash = path.lastIndexOf("/");
    const folder = slash < 0 ? "." : path.slice(0, slash);
    const pattern = path.slice(slash + 1);
    if (!/[*?[]/.test(pattern)) return [path];
    const matches = compileGlob(pattern);
    if (matches === null) return [path];
    const names = (await this.#reader.names(folder)).filter(matches).toSorted();
    return names.map((name) => (slash < 0 ? name : `${folder}/${name}`));
  }
}

function pathsOf(phases: Iterable<Phase>): string[] {
  const paths = new Set<string>();
  for (const { rule } of phases) if (rule.metaFile !== "") paths.add(rule.metaFile);
  return [...paths];
}

function rowsIn(read: ReadonlyMap<string, MetaRows>): (path: string) => MetaRows {
  return (path) => read.get(path) ?? new MetaFileError(path, "not read");
}

const NO_FILES: AnsweredRows = { rows: rowsIn(new Map()), isPending: null };
