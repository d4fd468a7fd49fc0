import { toError } from "../contract/to-error.ts";
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

/**
 * Rows of `meta-file` rules, read before the transaction that uses them. They are read for each group: a file that
 * changes between two ticks counts from the next one on.
 */
export class MetaFiles {
  readonly #reader: MetaFileReader;

  constructor(reader: MetaFileReader) {
    this.#reader = reader;
  }

  /** Reads the files that these phases name. For an unreadable file the decision gets its error instead of rows. */
  async load(phases: Iterable<Phase>): Promise<(path: string) => MetaRows> {
    const paths = new Set<string>();
    for (const phase of phases) if (phase.rule.metaFile !== "") paths.add(phase.rule.metaFile);
    if (paths.size === 0) return NO_FILES;
    const rows = new Map<string, MetaRows>();
    await Promise.all([...paths].map(async (path) => rows.set(path, await this.#read(path))));
    return (path) => rows.get(path) ?? new MetaFileError(path, "not read");
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

const NO_FILES = (path: string): MetaRows => new MetaFileError(path, "not read");
