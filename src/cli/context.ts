import type { RedactRules } from "../contract/redact/rules.ts";
import type { LineOutput } from "../contract/line-output.ts";
import type { Paint } from "./output/paint.ts";

/** The environment of a command, passed in so that a test can pass its own. */
export interface CliContext {
  /** A line, or several, on standard output. */
  out(text: string): void;
  /** The same of a secret that is shown this once: nothing in it is hidden. */
  outSecret(text: string): void;
  /** From now on what matches is hidden in `out`, `redraw` and `err`. */
  hideSecrets(rules: RedactRules): void;
  /** Standard output, byte for byte: on a terminal too, so what is written there must not control it. Resolves when more may follow. */
  write(bytes: Uint8Array): Promise<void>;
  /** On a terminal: clears it, and writes this. */
  redraw(text: string): void;
  /** The same on standard error. */
  err(text: string): void;
  /**
   * For a command that runs on: standard output or standard error as a log takes it. From then on a reader that is gone, or a full
   * disk, is no reason to end.
   */
  serverOutput(name: "stdout" | "stderr"): LineOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Standard input as text. */
  readonly input: AsyncIterable<string>;
  /** Milliseconds since 1970. */
  now(): number;
  readonly paint: Paint;
  /** Columns of the terminal; null when the output is not a terminal. */
  readonly width: number | null;
}

/** The environment as a process, or a test, has it. */
export type OuterContext = Omit<CliContext, "outSecret" | "hideSecrets">;
