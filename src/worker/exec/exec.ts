import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { redactor } from "../../contract/redact/redact.ts";
import { taskSecrets } from "../../contract/redact/task-secrets.ts";
import { writeTaskMessage } from "../../contract/task-message.ts";
import { commandOf, type Command } from "./exec-command.ts";
import { Leftovers } from "./leftovers.ts";
import { OWNER_VARIABLE, ownerMark } from "./orphans.ts";
import { HiddenOutput } from "../../task-logs/hidden-output.ts";
import { logPath } from "../../task-logs/log-name.ts";
import { lastLine, messageText } from "../message-text.ts";
import { OutputLog } from "./output-log.ts";
import { OutputTail } from "./output-tail.ts";
import { ProcessGroups } from "./process-groups.ts";
import { readReport, resultOf, resultOfInvalid, type Report } from "../report.ts";
import { runProcess, type ProcessEnd, type ProcessWatcher } from "./run-process.ts";
import {
  TaskRequeued,
  type ClosableHandler,
  type OnProblem,
  type Outcome,
  type Task,
  type BuiltInContext,
} from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";

interface Ended {
  readonly result: NonNullable<Outcome["result"]>;
  /** Set when the message must say how the command ended; the last line of output follows it. */
  readonly sentence: string | null;
}

/**
 * A handler that runs a command for each task: the task as JSON on stdin, as `FLOWLORD_*` variables and as `{…}` in
 * arguments; the result from the exit code, from fd 3 and from the last line of output. Rejects when it is aborted, so
 * that the task is requeued. Throws WorkerOptionsError for invalid options.
 */
export function execHandler(options: ExecWorkerOptions, onProblem: OnProblem, now: () => number): ClosableHandler {
  const fill = commandOf(options);
  const owner = ownerMark(options.logDir);
  const leftovers = new Leftovers(OWNER_VARIABLE);
  const groups = new ProcessGroups();
  const redact = redactor(options.redact);
  const logFailed = (error: Error): void =>
    onProblem({
      code: "log_not_written",
      message: `The output of a "${options.type}" task could not be written to its log; the task continued: ${error.message}`,
    });
  const run = async (task: Task, context: BuiltInContext): Promise<Outcome> => {
    const mark = `${owner}:${randomUUID()}`;
    const filled = fill(task, context.attempt);
    const command = { ...filled, env: { ...filled.env, [OWNER_VARIABLE]: mark } };
    const base = logPath(options.logDir, { ...task, attempt: context.attempt }, now());
    let pid = 0;
    const log = new OutputLog(base, options.logMaxBytes, logFailed, (path) => context.began?.({ pid, log: path }));
    const tails = { stdout: new OutputTail(), stderr: new OutputTail() };
    const write = (bytes: Buffer): Promise<void> | null => log.write(bytes);
    const own = taskSecrets(task, redact);
    const { redact: rules } = options;
    const hides = own.length === 0 ? redact : redactor({ ...rules, secrets: [...rules.secrets, ...own] });
    const shown = { stdout: new HiddenOutput(hides, write), stderr: new HiddenOutput(hides, write) };
    const output = {
      // The last line, which becomes the message, stays whole: a record has what it was sent.
      write: (chunk: Buffer, from: "stdout" | "stderr"): Promise<void> | null => {
        tails[from].write(chunk);
        return shown[from].write(chunk);
      },
    };
    const watcher: ProcessWatcher = {
      ...output,
      started: (id) => {
        pid = id;
        context.began?.({ pid, log: "" });
      },
      progress: ({ progress, msg }) => context.progress?.(progress, msg),
    };
    const input = `${writeTaskMessage(task)}\n`;
    const { end, report } = await runProcess(command, input, options, watcher, groups, context.signal);
    const gone = leftovers.end(mark);
    for (const one of Object.values(shown)) one.end();
    await log.close();
    if (end.kind === "stopped") {
      await gone;
      throw new TaskRequeued("The worker was stopped before the task was done.");
    }
    const parsed = report === null ? { error: "it is larger than 64 KiB" } : readReport(report);
    const ended = endOf(end, command, options);
    const outcome = outcomeOf(ended, lastOutputOf(tails, ended.result === "error"), parsed, end.kind === "timeout");
    // What did not complete may run again, and then not beside what it left behind.
    if (outcome.result !== "complete") await gone;
    return outcome;
  };
  return { run, close: () => groups.killAll() };
}

function outcomeOf(ended: Ended, lastOutput: string, parsed: Report | null, final: boolean): Outcome {
  const parts = (msg: string | undefined): string =>
    [ended.sentence, msg ?? lastOutput].filter((part) => part !== null && part !== "").join(": ");
  if (parsed !== null && "error" in parsed) {
    const note = ` (its report on fd 3 is invalid: ${parsed.error})`;
    return {
      result: final ? ended.result : resultOfInvalid(parsed.result, ended.result),
      msg: messageText(parts(parsed.msg) + note),
      meta: undefined,
    };
  }
  const report: Outcome = parsed?.outcome ?? {};
  return {
    result: final ? ended.result : resultOf(report.result, ended.result),
    msg: messageText(parts(report.msg)),
    meta: report.meta,
  };
}

/** Which of two pipes was written last is unknown, so the message of a failure comes from standard error. */
function lastOutputOf(tails: { readonly stdout: OutputTail; readonly stderr: OutputTail }, failed: boolean): string {
  const out = lastLine(tails.stdout.text());
  const err = lastLine(tails.stderr.text());
  return failed ? err || out : out || err;
}

function endOf(end: ProcessEnd, command: Command, options: ExecWorkerOptions): Ended {
  switch (end.kind) {
    case "exit":
      return codeEnd(end.code, options);
    case "signal":
      return { result: "error", sentence: `killed by ${end.signal}` };
    case "timeout":
      return { result: "error", sentence: `stopped after the time-out of ${options.timeout / 1000} s` };
    case "not_started":
      return { result: "error", sentence: whyNotStarted(end.error, command, options) };
    case "stopped":
      return { result: "error", sentence: "stopped" };
  }
}

function codeEnd(code: number, { exitCodes }: ExecWorkerOptions): Ended {
  if (exitCodes.warn.includes(code)) return { result: "warn", sentence: null };
  if (exitCodes.alert.includes(code)) return { result: "alert", sentence: null };
  if (code === 0) return { result: "complete", sentence: null };
  return { result: "error", sentence: `exit code ${code}` };
}

function whyNotStarted(error: NodeJS.ErrnoException, { file }: Command, { cwd }: ExecWorkerOptions): string {
  if (cwd !== "" && !isFolder(cwd)) return `the command was not started: its folder ${cwd} does not exist`;
  switch (error.code ?? "") {
    case "ENOENT":
      return `the command was not started: ${file} was not found (or the interpreter that its first line names)`;
    case "EACCES":
      return `the command was not started: ${file} is not executable by this user (chmod +x helps if it is a script)`;
    case "E2BIG":
      return "the command was not started: its arguments are longer than the system allows; read the task from stdin";
    case "ERR_INVALID_ARG_VALUE":
      return "the command was not started: the task contains a NUL character, which arguments and variables cannot contain";
    default:
      return `the command ${file} was not started: ${error.message}`;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
