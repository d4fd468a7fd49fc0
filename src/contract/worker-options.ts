import type { RedactRules } from "./redact/rules.ts";

interface Basics {
  /** The topic the tasks come on. */
  readonly type: string;
  /** Null = every job without a worker of its own. */
  readonly job: string | null;
  /** Tasks that run at a time. */
  readonly concurrency: number;
  /** Milliseconds; 0 = no limit. */
  readonly timeout: number;
}

/** A command for each task: the options of a `[[worker]]` with `exec`. */
export interface ExecWorkerOptions extends Basics {
  readonly kind: "exec";
  /** A program and its arguments; with `shell` a script and its `$1`, `$2` … */
  readonly command: readonly string[];
  readonly shell: boolean;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly killAfter: number;
  readonly logDir: string;
  /** How much of one task's output is kept. */
  readonly logMaxBytes: number;
  readonly env: Readonly<Record<string, string>>;
  /** Empty = the working folder. */
  readonly cwd: string;
  readonly exitCodes: ExitCodes;
  /** What is hidden in the log. */
  readonly redact: RedactRules;
}

/** Exit codes that mean something else than 0 (complete) and the others (error). */
export interface ExitCodes {
  readonly warn: readonly number[];
  readonly alert: readonly number[];
}

/** A request for each task: the options of a `[[worker]]` with `http`. */
export interface HttpWorkerOptions extends Basics {
  readonly kind: "http";
  readonly url: string;
}

export type WorkerOptions = ExecWorkerOptions | HttpWorkerOptions;
