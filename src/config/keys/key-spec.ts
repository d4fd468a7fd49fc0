/**
 * What a key takes. `duration`: Go's syntax, or whole nanoseconds · `size`: whole bytes, or text like `64MB` ·
 * `command`: a list of texts, or one text for a shell · `table`: names to texts · `codes`: result names to exit codes.
 */
export type Kind = "text" | "list" | "duration" | "whole" | "size" | "switch" | "command" | "table" | "codes";

export interface KeySpec {
  readonly kind: Kind;
  /** The default as a TOML value; empty when the key has none and must be given, or is off without it. */
  readonly standard: string;
  readonly about: string;
  /** Never shown, neither in output nor in errors. */
  readonly secret?: true;
  /** The default that the older program had, where ours differs. */
  readonly older?: string;
  /** The flag and the environment variable that the older program had for it. */
  readonly flag?: string;
  readonly variable?: string;
  /** The key's value is a local path or a URL: a local one is taken from the working folder. */
  readonly path?: true;
}

export type SectionTable = Readonly<Record<string, KeySpec>>;
