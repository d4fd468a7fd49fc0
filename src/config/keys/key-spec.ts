/**
 * The type of a key. `duration`: Go's syntax · `size`: an integer of bytes, or a string like
 * `64MB` · `list`: of strings · `command`: a list of strings, or one string for a shell · `table`: names to strings · `exit codes`:
 * result names to exit codes.
 */
export type KeyKind =
  | "string"
  | "list"
  | "duration"
  | "integer"
  | "size"
  | "boolean"
  | "command"
  | "table"
  | "exit codes";

export interface KeySpec {
  readonly kind: KeyKind;
  /** The default as a TOML value; empty when the key has none: it is required, or off without a value. */
  readonly standard: string;
  readonly about: string;
  /** Never shown in output or errors. */
  readonly secret?: true;
  /** The legacy default, where ours differs. */
  readonly legacyDefault?: string;
  /** A duration that the older program read: a bare number counts nanoseconds, as there. Of all others it is an error. */
  readonly legacyDuration?: true;
  /** The legacy flag and environment variable of the key. */
  readonly flag?: string;
  readonly variable?: string;
  /** The value is a local path, relative to the working folder, or a URL. */
  readonly path?: true;
}

export type SectionTable = Readonly<Record<string, KeySpec>>;
