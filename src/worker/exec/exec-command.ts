import { shellScript } from "./shell-script.ts";
import { TaskValues } from "../task-values.ts";
import type { Task } from "../task.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";
import { WorkerOptionsError } from "../worker-options-error.ts";

/** The command of one task. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Parses the command of a worker once; the returned function fills it in for a task. Tokens are replaced in arguments,
 * never in the name of the command. Throws WorkerOptionsError for an invalid command.
 */
export function commandOf(options: ExecWorkerOptions): (task: Task, attempt: number) => Command {
  const [head, ...rest] = options.command;
  if (head === undefined || head.trim() === "") {
    throw new WorkerOptionsError(`exec of worker "${options.type}" is empty; name the command to run.`);
  }
  const inherited = inheritedEnvironment(options.env);
  if (!options.shell) {
    return (task, attempt) => {
      const values = new TaskValues(task, attempt);
      return {
        file: head,
        args: rest.map((arg) => values.fill(arg)),
        env: { ...inherited, ...values.environment() },
      };
    };
  }
  const { script, variables } = shellScript(head);
  return (task, attempt) => {
    const values = new TaskValues(task, attempt);
    const env: Record<string, string> = { ...inherited, ...values.environment() };
    for (const { name, token } of variables) env[name] = values.fill(token);
    return { file: "/bin/sh", args: ["-c", script, "sh", ...rest.map((arg) => values.fill(arg))], env };
  };
}

/** Flowlord's own settings may contain secrets, so commands do not get them. */
function inheritedEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith("FLOWLORD_")) env[name] = value;
  }
  return { ...env, ...own };
}
