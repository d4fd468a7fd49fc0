/**
 * The type of a key. `duration`: Go's syntax, or an integer of nanoseconds · `size`: an integer of bytes, or a string like
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
  /** The default as a TOML value; empty when the key has none and must be given, or is off without it. */
  readonly standard: string;
  readonly about: string;
  /** Never shown, neither in output nor in errors. */
  readonly secret?: true;
  /** The default that the older program had, where ours differs. */
  readonly legacyDefault?: string;
  /** The flag and the environment variable that the older program had for it. */
  readonly flag?: string;
  readonly variable?: string;
  /** The key's value is a local path or a URL: a local one is taken from the working folder. */
  readonly path?: true;
}

export type SectionTable = Readonly<Record<string, KeySpec>>;
