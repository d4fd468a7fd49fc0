import { historyJson } from "../../core/why/why-json.ts";
import { taskName } from "../../core/task/task-name.ts";
import { attemptText } from "../../core/why/phrases.ts";
import { aboutJson, aboutPairs } from "../output/about.ts";
import type { TaskHistory } from "../../store/store.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { paintResult } from "../output/paint.ts";
import { printable } from "../../contract/printable.ts";
import { logText } from "../output/log-text.ts";
import type { ShownTask } from "../reads/task-reads.ts";
import { noteLines, notesJson } from "../output/notes.ts";
import { localTime, taskTimeOf, timesIn } from "../output/times.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord task ID`: what happened to a task, and why. */
export function addTask(cli: Cli): void {
  cli
    .command("task <id>", "Show what happened to a task and why; ID is a record's number, or the id of a whole run.", [
      "flowlord task 1204",
      "flowlord task 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b --json",
    ])
    .option("--json", "one JSON object a line for each record")
    .action(cli.action((id: string, flags: Flags) => task(cli.context, id, flags)));
}

async function task(context: CliContext, id: string, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ tasks }) => {
    const found = await tasks.shown(id);
    if (found.length === 0) {
      context.err(`No task has the record number or run id "${printable(id)}"; flowlord tasks lists the newest ones.`);
      return 1;
    }
    for (const [index, one] of found.entries())
      context.out(flags.json === true ? JSON.stringify(asJson(one)) : (index === 0 ? "" : "\n") + asText(one, context));
    return 0;
  });
}

function asJson({ history, decisions, notes, phase, links, log, zone }: ShownTask): object {
  const about = phase === null ? null : { task: phase.task, workflow: phase.workflow, ...aboutJson(phase) };
  return historyJson({ ...history, decisions }, { notes: notesJson(notes), links, log }, about, zone);
}

function asText({ history, decisions, notes, phase, links, log, zone }: ShownTask, { paint }: CliContext): string {
  const { task: row, parents, children, more_children: more } = history;
  const status = row.result === "" ? row.state : row.result;
  const lines = [
    `${paint.bold(nameOf(row))}  ${paintResult(paint, status)}  record ${row.record_id} of run ${row.id}${paint.dim(timesIn(zone))}`,
  ];
  const add = (label: string, text: string): void => {
    if (text !== "") lines.push(`  ${paint.dim(label.padEnd(10))} ${printable(text)}`);
  };
  add("info", row.info);
  add("meta", row.meta);
  add("message", row.msg);
  add("workflow", row.workflow);
  add("task time", taskTimeOf(row, zone));
  add("attempt", row.attempt === 0 && (row.retries ?? 0) === 0 ? "" : attemptText(row.attempt, row.retries));
  add("created", localTime(row.created ?? row.decided_at, zone));
  add("started", localTime(row.started, zone));
  add("ended", endOf(row, zone));
  add("log", log === null ? "" : logText(log));
  add("last line", log?.last_line ?? "");
  for (const parent of parents)
    add("came from", `${nameOf(parent)}, record ${parent.record_id} (${kindText(parent.kind)})`);
  for (const child of children) {
    const outcome = child.result === "" ? child.state : child.result;
    add("led to", `${nameOf(child)}, record ${child.record_id} (${kindText(child.kind)}): ${outcome}`);
  }
  if (more) add("led to", `more than ${children.length} tasks; flowlord lineage ${row.record_id} shows them`);
  for (const [label, text] of aboutPairs(phase, links)) add(label, text);
  lines.push(...noteLines(notes, zone, paint));
  for (const decision of decisions) {
    lines.push(`  ${paint.dim(localTime(decision.at, zone))}  ${printable(decision.sentence)}`);
  }
  return lines.join("\n");
}

function endOf({ started, ended }: TaskHistory["task"], zone: string): string {
  if (ended === null) return "";
  const elapsed = started === null || ended < started ? "" : ` (after ${((ended - started) / 1000).toFixed(1)} s)`;
  return localTime(ended, zone) + elapsed;
}

function nameOf({ type, job }: { readonly type: string; readonly job: string }): string {
  return printable(taskName({ type, job }));
}

function kindText(kind: string): string {
  return kind.replaceAll("_", " ");
}
