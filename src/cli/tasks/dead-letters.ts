import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { cutText } from "../../contract/cut-text.ts";
import { toError } from "../../contract/to-error.ts";
import type { DeadLetterRow } from "../../store/store.ts";
import { currentUser } from "../alerts/current-user.ts";
import { integerBetween, withGroupFlags, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { table } from "../output/table.ts";
import { isoTime, localTime } from "../output/times.ts";
import { UsageError } from "../usage-error.ts";

interface ListFlags extends ConfigFlags {
  readonly number: number;
  readonly before?: number;
  readonly redriven?: true;
  readonly json?: true;
}

interface RedriveFlags extends ConfigFlags {
  readonly all?: true;
  readonly payload?: string;
  readonly reason?: string;
  readonly json?: true;
}

/** `flowlord dead-letters` and the commands below it. */
export function addDeadLetters(cli: Cli): void {
  const group = cli.group("dead-letters", "Messages that could not be understood: list and redrive them.", [
    "flowlord dead-letters list",
    "flowlord dead-letters redrive 17 18",
  ]);
  cli
    .list(group, "List the messages that could not be understood, newest first, with the reason.", [
      "flowlord dead-letters list",
      "flowlord dead-letters list --json | jq -r .payload",
    ])
    .option("-n, --number <count>", "how many", integerBetween(1, 10_000), 20)
    .option("--before <id>", "only dead letters older than this one", integerBetween(1, Number.MAX_SAFE_INTEGER))
    .option("--redriven", "also those that were redriven already")
    .option("--json", "one JSON object a line")
    .action(cli.action((own: ListFlags) => deadLetters(cli.context, withGroupFlags(group, own))));
  cli
    .command(
      "redrive [ids...]",
      "Redrive dead letters to their original topics.",
      [
        "flowlord dead-letters redrive 17 18",
        "flowlord dead-letters redrive 17 --payload corrected.json",
        "flowlord dead-letters redrive --all",
      ],
      group,
    )
    .option("--all", "every dead letter that was not redriven yet")
    .option("--payload <file>", "send the content of this file instead of the payload of the one dead letter")
    .option("--reason <text>", "why, for others who read the history later")
    .option("--json", "one JSON object: redriven")
    .action(
      cli.action((ids: readonly string[], own: RedriveFlags) => redrive(cli.context, ids, withGroupFlags(group, own))),
    );
}

async function deadLetters(context: CliContext, flags: ListFlags): Promise<number> {
  const target = await targetOf(flags, context);
  return await target.read(async ({ tasks }) => {
    const deadLetters = await tasks.deadLetters({
      limit: flags.number,
      before: flags.before ?? null,
      includeRedriven: flags.redriven === true,
    });
    if (flags.json === true)
      for (const deadLetter of deadLetters) context.out(JSON.stringify(deadLetterJson(deadLetter)));
    else if (deadLetters.length === 0) context.out("There are no dead letters.");
    else context.out(deadLetterTable(deadLetters, target.zone, context));
    return 0;
  });
}

function deadLetterJson({ received_at: received, redriven_at: redriven, ...deadLetter }: DeadLetterRow): object {
  return { ...deadLetter, received_at: isoTime(received), redriven_at: isoTime(redriven) };
}

function deadLetterTable(deadLetters: readonly DeadLetterRow[], zone: string, { paint, width }: CliContext): string {
  const rows = deadLetters.map((deadLetter) => [
    { text: String(deadLetter.id), paint: paint.dim },
    { text: localTime(deadLetter.received_at, zone) },
    { text: deadLetter.topic, paint: paint.bold },
    { text: `${redrivenText(deadLetter)}${deadLetter.reason}` },
    {
      text: `${cutText(deadLetter.payload, 500)}${deadLetter.bytes === null ? "" : ` (of ${deadLetter.bytes} bytes)`}`,
    },
  ]);
  return table(["ID", `RECEIVED (${zone})`, "TOPIC", "REASON", "PAYLOAD"], rows, width);
}

function redrivenText({ redriven_at: at, redriven_by: by, redriven_reason: why }: DeadLetterRow): string {
  if (at === null) return "";
  return `(redriven${by === "" ? "" : ` by ${by}`}${why === "" ? "" : `: ${why}`}) `;
}

async function redrive(context: CliContext, ids: readonly string[], flags: RedriveFlags): Promise<number> {
  if ((ids.length === 0) === (flags.all !== true)) {
    throw new UsageError("redrive takes the ids of dead letters, or --all for every one.");
  }
  const numbers = ids.map((id) => {
    if (!/^[1-9]\d{0,15}$/.test(id))
      throw new UsageError(`"${id}" is not the id of a dead letter; flowlord dead-letters list shows them.`);
    return Number(id);
  });
  if (flags.payload !== undefined && numbers.length !== 1) {
    throw new UsageError("redrive --payload takes the id of one dead letter.");
  }
  const payload = flags.payload === undefined ? null : await correctedPayload(flags.payload, context);
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const who = { by: currentUser(), reason: flags.reason ?? "" };
    const redriven = await instance.redrive(flags.all === true ? "all" : numbers, payload, who);
    if (flags.json === true) context.out(JSON.stringify({ redriven }));
    else context.out(`${redriven} ${redriven === 1 ? "dead letter" : "dead letters"} redriven`);
    if (!instance.isRunning && redriven > 0) context.err("No instance is running: they are sent at the next start.");
    if (flags.all === true || redriven === numbers.length) return 0;
    context.err("The others are not dead letters, or were redriven already.");
    return 1;
  } finally {
    await instance.close();
  }
}

/** Without the final newline that editors add. */
async function correctedPayload(path: string, { cwd }: CliContext): Promise<string> {
  try {
    return (await readFile(resolve(cwd, path), "utf8")).replace(/\r?\n$/, "");
  } catch (error) {
    throw new UsageError(`--payload: "${path}" cannot be read: ${toError(error).message}.`);
  }
}
