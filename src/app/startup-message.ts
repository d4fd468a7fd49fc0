import type { Log } from "./log/log.ts";
import { lackingWorker, type WorkerOptions } from "../config/lacks-worker.ts";
import type { Options } from "../config/options.ts";
import type { Issue } from "../core/workflow/issue.ts";
import type { HeldPhase } from "../store/running-tasks.ts";
import type { Reload } from "../engine/workflows/reload-workflows.ts";

/** Lines logged at the start: what runs, where the data is, how to stop. */
export function startupMessage(options: Options, { graph, files, leftHeld }: Reload, bus: string): string[] {
  const scheduled = graph.scheduled.length;
  const waiting = graph.waitingForFiles.length;
  const workers = new Set(options.workers.map(({ type }) => type)).size;
  const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
  return [
    `Flowlord runs ${count(graph.phases.length, "phase")} of ${count(files.length, "workflow file")} in ${options.workflow}: ${scheduled} by schedule, ${waiting} by arriving file.`,
    `Bus ${bus}, workers here for ${count(workers, "type")}; history and pending work in ${options.sqlite.localPath}.`,
    ...leftHeld.map(heldMessage),
    ...(options.channels.length === 0 ? [] : [`Alerts go to ${options.channels.map(({ name }) => name).join(", ")}.`]),
    "Ctrl-C stops it; the next start continues where this one stopped.",
  ];
}

/** How the first admin comes to be. */
export function setupMessage(url: string, token: string): string {
  return `A login is needed, and there is no user yet. Make the first admin with flowlord users add NAME --role admin, or by POST ${url}/api/setup with the setup token ${token} (it ends with this process, or with the first user).`;
}

/** Lines logged after a reload: which files, and what becomes of tasks that waited for a slot of a removed phase. */
export function reloadMessage({ changed, removed, leftHeld }: Reload): string[] {
  const read = changed.filter((name) => !removed.includes(name));
  return [
    ...(read.length === 0 ? [] : [`Workflows reloaded: ${read.join(", ")}.`]),
    ...(removed.length === 0 ? [] : [`Workflows removed: ${removed.join(", ")}.`]),
    ...leftHeld.map(heldMessage),
  ];
}

function heldMessage({ task, workflow, held, cap, onRemoved, pausedSince }: HeldPhase): string {
  const tasks = `${held} ${held === 1 ? "task" : "tasks"}`;
  const becomes =
    pausedSince !== null
      ? "cancelled unless it is back within a minute: it was paused"
      : onRemoved === "cancel"
        ? 'cancelled (on_removed = "cancel")'
        : cap === 0
          ? "sent"
          : `sent under the cap of ${cap ?? 1} that it had`;
  return `${task} was removed from ${workflow}: ${tasks} of it that waited ${held === 1 ? "is" : "are"} ${becomes}.`;
}

/** A line for each task of the files that no worker runs. */
export function withoutWorker({ files }: Pick<Reload, "files">, options: WorkerOptions): string[] {
  const lines = files.flatMap(({ name, phasesInForce }) =>
    phasesInForce.flatMap((phase) => {
      const lacking = lackingWorker(phase, options);
      return lacking === null ? [] : [`${name}:${phase.line}:1: warning no_worker: N${lacking.sentence.slice(1)}.`];
    }),
  );
  return atMost(lines, "without a worker");
}

/** A line for each phase that depends on a task of another file which no phase makes (any more). */
export function withoutParent({ parentless }: Pick<Reload, "parentless">): string[] {
  const lines = parentless.map(
    ({ file, line, column, code, message }) => `${file}:${line}:${column}: warning ${code}: ${message}`,
  );
  return atMost(lines, "without their parent");
}

const MAX_LINES = 20;

function atMost(lines: readonly string[], what: string): string[] {
  const more = lines.length - MAX_LINES;
  if (more <= 0) return [...lines];
  return [...lines.slice(0, MAX_LINES), `and ${more} more ${what}: run flowlord check to see them.`];
}

/** Logs each error, and the number of warnings, because `flowlord check` lists them. */
export function logIssues(issues: readonly Issue[], log: Log): void {
  const errors = issues.filter(({ severity }) => severity === "error");
  for (const { file, line, column, code, message, remedy } of errors)
    log.error("workflows", `${file}:${line}:${column}: error ${code}: ${message} ${remedy}`);
  const warnings = issues.length - errors.length;
  if (warnings > 0)
    log.warn(
      "workflows",
      `${warnings} ${warnings === 1 ? "warning" : "warnings"} in the workflow files: run flowlord check to see them.`,
    );
}
