import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { lackingWorker } from "../../config/lacks-worker.ts";
import type { Config } from "../../config/load-config.ts";
import type { Options } from "../../config/options.ts";
import type { ConfigIssue } from "../../config/read/issue.ts";
import type { ExecWorkerOptions } from "../../contract/worker-options.ts";
import { taskName } from "../../core/task/task-name.ts";
import { nearName } from "../../core/text/near-name.ts";
import type { Issue, IssueCode } from "../../core/workflow/issue.ts";
import type { Phase } from "../../core/workflow/phase.ts";

/** Warnings about phases that do not go together with the configuration. `file` as in the report. */
export function phaseIssues(phases: readonly Phase[], file: string, options: Options): readonly Issue[] {
  return phases.flatMap((phase) => {
    const warn = (code: IssueCode, message: string, remedy: string): Issue => {
      return { severity: "warning", code, file, line: phase.line, column: 1, message, remedy };
    };
    const name = taskName(phase);
    const { files, filesGlob } = phase.rule;
    const noEvents =
      (files === null && filesGlob === null) || options.fileTopics.length > 0
        ? []
        : [
            warn(
              "no_file_events",
              `${name} waits for files, and nothing tells of any.`,
              "Set file_topic, or add a [[watch]].",
            ),
          ];
    const own = topicKey(phase.type, options);
    if (own !== null) {
      const message = `${name} is sent to the topic ${phase.type}, which Flowlord itself reads or writes as \`${own}\`.`;
      return [...noEvents, warn("own_topic", message, "Give the task another type.")];
    }
    const lacking = lackingWorker(phase, options);
    if (lacking === null) return noEvents;
    const near = nearName(name, options.workers.map(taskName));
    const remedy = near === null ? "Add a [[worker]] for it." : `Did you mean ${near}?`;
    return [...noEvents, warn("no_worker", `N${lacking.sentence.slice(1)}.`, remedy)];
  });
}

/** The key of the topic that a task of this type would come on. */
function topicKey(type: string, { doneTopic, fileTopics, failedTopic, workers }: Options): string | null {
  if (type === doneTopic) return "done_topic";
  if (fileTopics.includes(type)) return "file_topic";
  // A worker may listen to the exhausted tasks, and a phase may send it others as well.
  return type !== "" && type === failedTopic && !workers.some((one) => one.type === type) ? "failed_topic" : null;
}

/** Warnings about workers whose command cannot be started. */
export function commandIssues(
  { options, settings }: Config,
  env: Readonly<Record<string, string | undefined>>,
): readonly ConfigIssue[] {
  return options.workers.flatMap((worker, index) => {
    if (worker.kind !== "exec") return [];
    const issue = (message: string, remedy: string): ConfigIssue =>
      settings.issue("warning", "no_command", `worker.${index}.exec`, `worker.${index}: ${message}`, remedy);
    if (!isFolder(worker.cwd)) {
      // The start creates the folder of the data.
      return worker.cwd === options.data
        ? []
        : [issue(`its folder ${worker.cwd} does not exist`, "create it, or change `cwd`")];
    }
    const [program = ""] = worker.command;
    // A script of a shell may begin with anything, and a token is filled in for each task.
    if (worker.shell || program.includes("{") || isProgram(program, worker, env)) return [];
    const where = program.includes("/") ? "" : " on the PATH";
    return [
      issue(`there is no program ${program}${where}: each task ends with an error`, "install it, or correct `exec`"),
    ];
  });
}

function isProgram(
  program: string,
  { cwd, env: own }: ExecWorkerOptions,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (program.includes("/")) return isExecutable(isAbsolute(program) ? program : resolve(cwd, program));
  const path = own["PATH"] ?? env["PATH"] ?? "/usr/bin:/bin";
  return path.split(delimiter).some((folder) => isExecutable(join(resolve(cwd, folder), program)));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isExecutable(path: string): boolean {
  if (!(statSync(path, { throwIfNoEntry: false })?.isFile() ?? false)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // What access says of a file that this user may not run.
    return false;
  }
}
