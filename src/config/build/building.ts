import type { Settings } from "../read/settings.ts";

/** The settings from which options are built, and where issues are reported. */
export interface Building {
  readonly settings: Settings;
  /** Absolute form of a local path of this key; URLs and empty texts as they are. */
  path(key: string): string;
  /** The text with `{config_dir}` filled in. */
  filled(text: string): string;
  /** Milliseconds; less than one counts as one. */
  millis(key: string): number;
  fail(code: string, key: string, message: string, remedy: string): void;
  warn(code: string, key: string, message: string, remedy: string): void;
}
