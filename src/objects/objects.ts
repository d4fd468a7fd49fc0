/**
 * The port to file storage: workflow files, meta files, later backups. Its adapters are next to this file; `AnyObjects`
 * picks one by the path's scheme.
 */

/**
 * `interrupted`: nothing is known of the file, because the reading was stopped; whoever asked asks again later.
 * `unavailable`: the storage does not answer, or is too busy; the same may succeed later. `refused`: these credentials may not.
 * `exists`: there is an object of that name.
 */
export type ObjectErrorCode =
  | "not_found"
  | "not_a_folder"
  | "unreadable"
  | "interrupted"
  | "exists"
  | "refused"
  | "unavailable"
  | "scheme_unknown";

/** Larger files are not read. In bytes. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** A file or folder that cannot be read; the message says which, why and what to do. */
export class ObjectError extends Error {
  readonly code: ObjectErrorCode;

  constructor(code: ObjectErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ObjectError";
    this.code = code;
  }
}

export interface ObjectInfo {
  /** The full path, as `read` expects it. */
  readonly path: string;
  /** Path relative to the listed folder, with `/` between its parts. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Version from the storage, which changes with the content; null when the storage has none. */
  readonly version: string | null;
  /** Why this file, or folder, cannot be read; null when nothing is known against it. */
  readonly unreadable: string | null;
}

export interface Objects {
  /** Null when nothing exists there. */
  kindOf(path: string): Promise<"file" | "folder" | null>;
  /** All files of a folder and its subfolders, ordered by name; of an unreadable subfolder its own name. Throws ObjectError. */
  list(folder: string): Promise<readonly ObjectInfo[]>;
  /** Names of the files directly in a folder. Throws ObjectError. */
  names(folder: string): Promise<readonly string[]>;
  /** The content of a regular file of at most `MAX_FILE_BYTES`. Throws ObjectError. */
  readBytes(path: string): Promise<Uint8Array>;
  /** The content as UTF-8 text; invalid bytes become U+FFFD. Throws ObjectError. */
  read(path: string): Promise<string>;
}
