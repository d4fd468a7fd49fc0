import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import type { HeldMessageJson, RestoreAnswer } from "../../contract/api/instance/restore-api.ts";
import { parseInstant } from "../../contract/time/instant.ts";
import { printable } from "../../contract/printable.ts";
import { taskName } from "../../core/task/task-name.ts";
import { currentUser } from "../alerts/current-user.ts";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import type { Target } from "../instance-acts.ts";
import { table } from "../output/table.ts";
import { localTime } from "../output/times.ts";
import { targetOf } from "../target.ts";

interface StatusFlags extends ConfigFlags {
  readonly messages?: true;
  readonly number: number;
  readonly json?: true;
}

interface DecideFlags extends ConfigFlags {
  readonly yes?: true;
  readonly reason: string;
  readonly json?: true;
}

type Act = "accept" | "drop";

const DOES: Readonly<Record<Act, string>> = { accept: "sends and starts it", drop: "cancels it" };

/** `flowlord restore status`, `accept` and `drop` */
export function addRestoreHeld(cli: Cli, restore: Command): void {
  cli
    .command(
      "status",
      "Show what waits for a decision since the database was restored to an earlier time.",
      ["flowlord restore status", "flowlord restore status --messages", "flowlord restore status --json"],
      restore,
    )
    .option("--messages", "list the messages instead, by topic")
    .option("-n, --number <count>", "with --messages: how many", integerBetween(1, 100_000), 1000)
    .option("--json", "one JSON object, with --messages one a line for each message")
    .action(cli.action((own: StatusFlags) => showStatus(cli.context, withGroupFlags(restore, own))));
  const decisions = [
    ["accept", "Show what waits since a restore; with --yes send it, and let catchup decide about the ticks."],
    ["drop", "Show what waits since a restore; with --yes cancel it, with a decision for each."],
  ] as const;
  for (const [act, summary] of decisions)
    cli
      .command(act, summary, [`flowlord restore ${act}`, `flowlord restore ${act} --yes --reason "it ran"`], restore)
      .option("--yes", "do it")
      .option("--reason <text>", "why, for others who read the history later", "")
      .option("--json", "one JSON object: what is held, with --yes afterwards")
      .action(cli.action((own: DecideFlags) => decide(act, cli.context, withGroupFlags(restore, own))));
}

async function showStatus(context: CliContext, { messages, number, json, ...flags }: StatusFlags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ restore }) => {
    if (messages === true) {
      const rows = await restore.messages(number);
      if (json === true) for (const row of rows) context.out(JSON.stringify(row));
      else if (rows.length === 0) context.out("No messages are held by a restore.");
      else context.out(messageTable(rows, target.zone, context));
      return 0;
    }
    print(await restore.status(), { json, zone: target.zone, context });
    return 0;
  });
}

async function decide(act: Act, context: CliContext, { yes, reason, json, ...flags }: DecideFlags): Promise<number> {
  const target = await targetOf(flags, context);
  const before = await target.read(({ restore }) => restore.status());
  const shown = { json, zone: target.zone, context };
  if (!isHeld(before) || yes !== true) {
    print(before, shown);
    if (isHeld(before) && json !== true) context.out(`Nothing was done: flowlord restore ${act} --yes ${DOES[act]}.`);
    return 0;
  }
  const after = await carriedOut(act, reason, target, context);
  if (json === true) context.out(JSON.stringify(after));
  else context.out(doneText(act, before, after));
  return 0;
}

/** With how far it is on standard error meanwhile. */
async function carriedOut(act: Act, reason: string, target: Target, context: CliContext): Promise<RestoreAnswer> {
  const instance = await target.openInstance();
  try {
    let now = await instance.restore.decide({ act, reason, by: currentUser() });
    while (now.deciding) {
      now = await instance.restore.advance();
      if (now.deciding) context.err(`${now.messages} messages and ${now.ticks} ticks to go …`);
      // So that a stop is heard.
      await setTimeout(0);
    }
    return now;
  } finally {
    await instance.close();
  }
}

function doneText(act: Act, before: RestoreAnswer, { restore }: RestoreAnswer): string {
  const messages = (restore?.decided_messages ?? 0) - (before.restore?.decided_messages ?? 0);
  const ticks = (restore?.decided_ticks ?? 0) - (before.restore?.decided_ticks ?? 0);
  const others = `${counted(messages, "message")} and ${counted(ticks, "tick")}`;
  return act === "accept"
    ? `Accepted: ${others}; what was waiting goes on, and catchup has decided about the ticks.`
    : `Dropped: ${others}; flowlord why says so of each task.`;
}

interface Shown {
  readonly json: true | undefined;
  readonly zone: string;
  readonly context: CliContext;
}

function print(status: RestoreAnswer, { json, zone, context }: Shown): void {
  if (json === true) {
    context.out(JSON.stringify(status));
    return;
  }
  const { restore } = status;
  if (restore === null) {
    context.out("This database was not restored, or Flowlord has not started on it since.");
    return;
  }
  const at = (text: string): string => localTime(parseInstant(text), zone);
  const aside = restore.kept_aside === null ? "" : `; what it replaced is ${restore.kept_aside}`;
  context.out(printable(`Restored at ${at(restore.restored_at)} (${zone}) to ${at(restore.data_at)}${aside}.`));
  if (restore.found_sent > 0)
    context.out(`${counted(restore.found_sent, "message")} had been sent before, and were found on the bus.`);
  if (!isHeld(status)) {
    context.out(DECIDED[restore.state]);
    return;
  }
  if (status.deciding) context.out(`What it holds is being ${restore.decision === "drop" ? "dropped" : "accepted"}.`);
  if (status.topics.length > 0) context.out(`\n${topicTable(status, context)}`);
  if (status.schedules.length > 0) context.out(`\n${scheduleTable(status, zone, context)}`);
  for (const line of othersIn(status)) context.out(line);
  if (!status.deciding)
    context.out(
      "\nIt may have been sent or started before the restore, and waits: flowlord restore accept sends it, flowlord restore drop cancels it.",
    );
}

const DECIDED = {
  held: "Nothing is held.",
  none: "Nothing is held.",
  accepted: "Nothing is held: what was, was accepted.",
  dropped: "Nothing is held: what was, was dropped.",
} as const;

function isHeld({ messages, ticks, waiting_tasks: tasks, backfills, jobs }: RestoreAnswer): boolean {
  return messages + ticks + tasks + backfills.length + jobs.length > 0;
}

function topicTable({ topics, more_topics: more }: RestoreAnswer, { width }: CliContext): string {
  const rows = topics.map(({ topic, waited, reread }) => [
    { text: topic },
    { text: String(waited) },
    { text: String(reread) },
  ]);
  const end = more ? "\n… and other topics" : "";
  return `${table(["TOPIC", "WAITED", "DECIDED AGAIN"], rows, width)}${end}`;
}

function scheduleTable({ schedules }: RestoreAnswer, zone: string, { width }: CliContext): string {
  const rows = schedules.map((one) => [
    { text: taskName(one) },
    { text: one.workflow },
    { text: `${one.more ? "more than " : ""}${one.ticks}` },
    { text: localTime(parseInstant(one.first), zone) },
    { text: localTime(parseInstant(one.last), zone) },
    { text: one.schedule === "cron" ? one.catchup : "expect_by" },
  ]);
  return table(["PHASE", "WORKFLOW", "TICKS", "FIRST", `LAST (${zone})`, "CATCHUP"], rows, width);
}

function othersIn({ waiting_tasks: waiting, backfills, jobs }: RestoreAnswer): readonly string[] {
  return [
    ...(waiting > 0 ? [`${counted(waiting, "task")} waited for a slot or a resume.`] : []),
    ...(backfills.length > 0 ? [`Backfills that are paused: ${backfills.join(", ")}.`] : []),
    ...(jobs.length > 0 ? [`Bulk jobs that do not go on: ${jobs.join(", ")}.`] : []),
  ];
}

function messageTable(rows: readonly HeldMessageJson[], zone: string, { width }: CliContext): string {
  const cells = rows.map((row) => [
    { text: row.record_id === null ? "" : String(row.record_id) },
    { text: row.job === null ? row.topic : taskName({ type: row.topic, job: row.job }) },
    { text: row.cause === "waited" ? "waited" : "decided again" },
    { text: localTime(parseInstant(row.due_at), zone) },
    { text: row.info ?? "" },
  ]);
  return table(["RECORD", "TASK OR TOPIC", "WHY", `DUE (${zone})`, "INFO"], cells, width);
}

function counted(count: number, one: string): string {
  return `${count} ${count === 1 ? one : `${one}s`}`;
}
