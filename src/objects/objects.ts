/**
 * The port to places where files lie: workflow files, meta files, later backups. One adapter a file beside this one;
 * `AnyObjects` picks by the path's scheme.
 */

export type ObjectErrorCode = "not_found" | "not_a_folder" | "unreadable" | "scheme_unknown" | "scheme_later";

/** A file or folder that cannot be had; the message says which, why and what to do. */
export class ObjectError extends Error {
  readonly code: ObjectErrorCode;

  constructor(code: ObjectErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ObjectError";
    this.code = code;
  }
}

export interface ObjectInfo {
  /** The whole path, as `read` takes it. */
  readonly path: string;
  /** Path below the listed folder, with `/` between its parts. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Changes whenever the content does, as the place itself counts; null when only reading tells. */
  readonly version: string | null;
}

export interface Objects {
  /** Null when nothing is there. */
  kindOf(path: string): Promise<"file" | "folder" | null>;
  /** All files of a folder and its subfolders, in the order of their names. Throws ObjectError. */
  list(folder: string): Promise<readonly ObjectInfo[]>;
  /** Names of the files that lie in a folder itself. Throws ObjectError. */
  names(folder: string): Promise<readonly string[]>;
  /** The content. Throws ObjectError. */
  readBytes(path: string): Promise<Uint8Array>;
  /** The content as UTF-8 text; what is none becomes U+FFFD. Throws ObjectError. */
  read(path: string): Promise<string>;
}

/** The scheme in front of `://`, lower case; null for a local path. */
export function storeScheme(path: string): string | null {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(path)?.[1]?.toLowerCase() ?? null;
}
