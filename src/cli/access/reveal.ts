import { printable } from "../../contract/printable.ts";
import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly reason: string;
  readonly json?: true;
}

/** `flowlord reveal RECORD --reason TEXT` */
export function addReveal(cli: Cli): void {
  cli
    .command(
      "reveal <record>",
      "Show a task's info, meta and message with their secrets; the audit log says who did, and why.",
      [
        'flowlord reveal 1204 --reason "the supplier asks which key we used"',
        'flowlord reveal 1204 --reason "compare the token" --json',
      ],
    )
    .requiredOption("--reason <text>", "why, for others who read the audit log later")
    .option("--json", "one JSON object")
    .action(cli.action((record: string, flags: Flags) => reveal(cli.context, record, flags)));
}

async function reveal(context: CliContext, written: string, { reason, json, ...flags }: Flags): Promise<number> {
  if (!/^[1-9]\d{0,14}$/.test(written))
    throw new UsageError(`"${printable(written)}" is not the number of a record; flowlord tasks lists them.`);
  if (reason.trim() === "") throw new UsageError("--reason is empty; write why others should know you looked.");
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  try {
    const task = await instance.reveal({ record: Number(written), reason, by: currentUser() });
    if (json === true) context.outSecret(JSON.stringify(task));
    else for (const name of ["info", "meta", "msg"] as const) context.outSecret(`${name}: ${printable(task[name])}`);
    return 0;
  } finally {
    await instance.close();
  }
}
