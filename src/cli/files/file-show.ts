import type { Command } from "commander";
import { taskName } from "../../core/task/task-name.ts";
import type { FileSibling } from "../../store/file-queries.ts";
import { withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import { eventId } from "./file-filter.ts";
import { fileJson, sizeText } from "./file-rows.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { paintResult } from "../output/paint.ts";
import { printable } from "../../contract/printable.ts";
import { noteLines, notesJson } from "../output/notes.ts";
import type { ShownFile } from "../reads/file-reads.ts";
import { isoTime, localTime, taskTimeOf, timesIn } from "../output/times.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

/** `flowlord files show ID` */
export function addFilesShow(cli: Cli, group: Command): void {
  cli
    .command(
      "show <id>",
      "Show everything recorded about a file event.",
      ["flowlord files show 17", "flowlord files show 17 --json"],
      group,
    )
    .option("--json", "one JSON object: event, notes, matches, tasks, near_misses, decisions, earlier, later")
    .action(cli.action((id: string, own: Flags) => show(cli.context, id, withGroupFlags(group, own))));
}

async function show(context: CliContext, text: string, flags: Flags): Promise<number> {
  const id = eventId(text);
  const target = await targetOf(flags, context);
  return await target.read(async ({ files }) => {
    const found = await files.shown(id);
    if (found === null) {
      context.err(`File event ${id} does not exist; flowlord files list shows the newest ones.`);
      return 1;
    }
    const zone = found.history.event.task_zone ?? target.zone;
    if (flags.json === true) context.out(JSON.stringify(shownJson(found, zone)));
    else context.out(shownText(found, zone, context));
    return 0;
  });
}

export function shownJson({ history, decisions, notes }: ShownFile, zone: string): object {
  const { event, matches, tasks, near_misses, earlier, later } = history;
  const sibling = ({ received_at: received, ...row }: FileSibling): object => ({
    ...row,
    received_at: isoTime(received),
  });
  return {
    event: fileJson(event, zone),
    notes: notesJson(notes),
    matches,
    tasks,
    near_misses,
    decisions: decisions.map(({ at, code, sentence, data }) => ({ at: isoTime(at), code, sentence, data })),
    earlier: earlier.map(sibling),
    later: later.map(sibling),
  };
}

function shownText({ history, decisions, notes }: ShownFile, zone: string, { paint }: CliContext): string {
  const { event, matches, tasks, earlier, later } = history;
  const lines = [`${paint.bold(printable(event.path))}  event ${event.id}${paint.dim(timesIn(zone))}`];
  const add = (label: string, text: string | number): void => {
    if (text !== "") lines.push(`  ${paint.dim(label.padEnd(10))} ${printable(String(text))}`);
  };
  const time = (ms: number | null): string => localTime(ms, zone);
  add("received", `${time(event.received_at)} on ${event.topic}`);
  if (event.deliveries > 1) add("delivered", `${event.deliveries} times, last ${time(event.last_received_at)}`);
  add("handled", event.processing_ms === null ? "" : `in ${event.processing_ms} ms`);
  add("size", event.size === 0 ? "" : sizeText(event.size));
  add("lines", event.line_count || "");
  add("bytes", event.byte_count || "");
  add("checksum", event.checksum);
  add("crc32c", event.crc32c);
  add("etag", event.etag);
  add("generation", event.generation);
  add("created", time(event.created));
  add("updated", time(event.updated));
  add("task time", taskTimeOf(event, zone));
  if (matches.length === 0) add("matched", `no phase; flowlord files why ${event.id} shows why`);
  for (const { task, workflow, record_id: record, gather_key: gathered } of matches) {
    const led = record === null ? "" : `, record ${record}`;
    add("matched", `${task} of ${workflow}${gathered === null ? "" : ", gathered"}${led}`);
  }
  for (const task of tasks) {
    const status = task.result === "" ? task.state : task.result;
    lines.push(
      `  ${paint.dim("task".padEnd(10))} ${printable(`${taskName(task)}, record ${task.record_id}`)}: ${paintResult(paint, status)}  ${printable(task.info)}`,
    );
  }
  for (const one of earlier) add("before", siblingText(one, zone));
  for (const one of later) add("after", siblingText(one, zone));
  lines.push(...noteLines(notes, zone, paint));
  for (const decision of decisions) {
    lines.push(`  ${paint.dim(time(decision.at))}  ${printable(decision.sentence)}`);
  }
  return lines.join("\n");
}

function siblingText({ id, received_at: received, matched, tasks }: FileSibling, zone: string): string {
  return `event ${id} of the same file, ${localTime(received, zone)}: ${matched} phases, ${tasks} tasks`;
}
