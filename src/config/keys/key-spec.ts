/**
 * The type of a key. `duration`: like `90s`, `1h30m` or `2d` · `Go duration`: the
 * same without days and weeks, or an integer of nanoseconds, as the older program read it · `size`: an integer of bytes, or a string like
 * `64MB` · `list`: of strings · `command`: a list of strings, or one string for a shell · `table`: names to strings · `exit codes`:
 * result names to exit codes.
 */
export type KeyKind =
  | "string"
  | "list"
  | "duration"
  | "Go duration"
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
  /** The legacy flag and environment variable of the key. */
  readonly flag?: string;
  readonly variable?: string;
  /** The value is a local path, relative to the working folder, or a URL. */
  readonly path?: true;
}

export type SectionTable = Readonly<Record<string, KeySpec>>;
