import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "./exec-command.ts";
import { ReportLines, type ProgressLine } from "./report-lines.ts";
import { groupRuns, signalGroup, type ProcessGroups } from "./process-groups.ts";

/** How long output of background processes is still read after the command has exited. */
const DRAIN_MS = 1000;
const GROUP_POLL_MS = 25;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface ProcessLimits {
  /** Empty: that of this process. */
  readonly cwd: string;
  /** Milliseconds; 0: no limit. */
  readonly timeout: number;
  /** Milliseconds from SIGTERM to SIGKILL. */
  readonly killAfter: number;
}

export type ProcessEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | { readonly kind: "timeout" }
  | { readonly kind: "stopped" }
  | { readonly kind: "not_started"; readonly error: NodeJS.ErrnoException };

/** Is told of the process while it runs. */
export interface ProcessWatcher {
  /** Takes a piece of stdout or stderr; a promise makes the command wait until it settles. It never rejects. */
  write(chunk: Buffer, from: "stdout" | "stderr"): Promise<void> | null;
  started?(pid: number): void;
  progress?(line: ProgressLine): void;
}

/** How the process ended, and its report on fd 3: null when that was more than 64 KiB. */
export interface ProcessAnswer {
  readonly end: ProcessEnd;
  readonly report: string | null;
}

/**
 * Run a command in a process group of its own, `input` on its stdin, until it and its pipes are done. On timeout and
 * abort the whole group gets SIGTERM and, `killAfter` later, SIGKILL. Never rejects.
 */
export function runProcess(
  command: Command,
  input: string,
  limits: ProcessLimits,
  output: ProcessWatcher,
  groups: ProcessGroups,
  signal: AbortSignal,
): Promise<ProcessAnswer> {
  if (signal.aborted) return Promise.resolve({ end: { kind: "stopped" }, report: "" });
  let child: ChildProcess;
  try {
    child = spawn(command.file, command.args, {
      cwd: limits.cwd === "" ? undefined : limits.cwd,
      env: command.env,
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    });
  } catch (error) {
    return Promise.resolve({ end: { kind: "not_started", error: error as NodeJS.ErrnoException }, report: "" });
  }
  const { promise, resolve } = Promise.withResolvers<ProcessAnswer>();
  new RunningProcess(child, limits, groups, signal, output, resolve).start(input);
  return promise;
}

class RunningProcess {
  readonly #child: ChildProcess;
  readonly #limits: ProcessLimits;
  readonly #groups: ProcessGroups;
  readonly #signal: AbortSignal;
  readonly #output: ProcessWatcher;
  readonly #resolve: (answer: ProcessAnswer) => void;
  #ended: ProcessEnd | null = null;
  #interrupted: "timeout" | "stopped" | null = null;
  readonly #report: ReportLines;
  #timeout: NodeJS.Timeout | null = null;
  #drain: NodeJS.Timeout | null = null;
  #kill: NodeJS.Timeout | null = null;

  constructor(
    child: ChildProcess,
    limits: ProcessLimits,
    groups: ProcessGroups,
    signal: AbortSignal,
    output: ProcessWatcher,
    resolve: (answer: ProcessAnswer) => void,
  ) {
    this.#child = child;
    this.#limits = limits;
    this.#groups = groups;
    this.#signal = signal;
    this.#output = output;
    this.#report = new ReportLines((line) => output.progress?.(line));
    this.#resolve = resolve;
  }

  start(input: string): void {
    const output = this.#output;
    const child = this.#child;
    child.on("error", (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) this.#finish({ kind: "not_started", error });
    });
    if (child.pid === undefined) return;
    this.#groups.add(child.pid);
    output.started?.(child.pid);
    child.on("exit", (code, signal) => this.#exited(code, signal));
    child.on("close", () => void this.#closed());
    pass(child.stdout, (chunk) => output.write(chunk, "stdout"));
    pass(child.stderr, (chunk) => output.write(chunk, "stderr"));
    (child.stdio[3] as Readable).on("data", (chunk: Buffer) => this.#report.write(chunk)).on("error", ignoreBrokenPipe);
    child.stdin?.on("error", ignoreBrokenPipe).end(input);
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
    const { timeout } = this.#limits;
    if (timeout > 0) this.#timeout = setTimeout(() => this.#interrupt("timeout"), Math.min(timeout, LONGEST_TIMER_MS));
  }

  readonly #onAbort = (): void => this.#interrupt("stopped");

  #interrupt(reason: "timeout" | "stopped"): void {
    const { pid } = this.#child;
    // Once the command itself has exited its result is final; only output of background processes is still read.
    if (pid === undefined || this.#interrupted !== null || this.#ended !== null) return;
    this.#interrupted = reason;
    signalGroup(pid, "SIGTERM");
    this.#kill = setTimeout(() => signalGroup(pid, "SIGKILL"), this.#limits.killAfter);
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    this.#ended = code === null ? { kind: "signal", signal: signal ?? "SIGKILL" } : { kind: "exit", code };
    if (this.#timeout !== null) clearTimeout(this.#timeout);
    // A background process may keep the pipes open without end; a group that is being stopped has its own limit.
    this.#drain = setTimeout(() => this.#cutOff(), this.#interrupted === null ? DRAIN_MS : this.#limits.killAfter);
  }

  #cutOff(): void {
    const { pid, stdio } = this.#child;
    if (pid !== undefined) signalGroup(pid, "SIGKILL");
    for (const stream of stdio) stream?.destroy();
  }

  async #closed(): Promise<void> {
    if (this.#drain !== null) clearTimeout(this.#drain);
    // A process that closed its pipes but still runs would overlap with the task's next attempt.
    const { pid } = this.#child;
    if (this.#interrupted !== null && pid !== undefined) await groupGone(pid, this.#limits.killAfter);
    this.#finish(
      this.#interrupted === null ? (this.#ended ?? { kind: "signal", signal: "SIGKILL" }) : { kind: this.#interrupted },
    );
  }

  #finish(end: ProcessEnd): void {
    const { pid } = this.#child;
    if (pid !== undefined) this.#groups.delete(pid);
    this.#signal.removeEventListener("abort", this.#onAbort);
    for (const timer of [this.#timeout, this.#drain, this.#kill]) if (timer !== null) clearTimeout(timer);
    this.#resolve({ end, report: this.#report.report() });
  }
}

function pass(stream: Readable | null, write: (chunk: Buffer) => Promise<void> | null): void {
  stream?.on("error", ignoreBrokenPipe).on("data", (chunk: Buffer) => {
    const full = write(chunk);
    if (full === null) return;
    stream.pause();
    void full.then(() => stream.resume());
  });
}

/** The command closed its end first: its exit decides the result, not the pipe error. */
function ignoreBrokenPipe(): void {
  // Nothing to do: `close` follows.
}

async function groupGone(leader: number, withinMs: number): Promise<void> {
  const killDeadline = performance.now() + withinMs;
  while (groupRuns(leader)) {
    if (performance.now() >= killDeadline) {
      signalGroup(leader, "SIGKILL");
      return;
    }
    await pause(GROUP_POLL_MS);
  }
}
