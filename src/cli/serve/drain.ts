import { setTimeout as wait } from "node:timers/promises";
import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";

interface Flags extends ConfigFlags {
  readonly wait?: true;
  readonly end?: true;
  readonly json?: true;
}

/** How often `--wait` asks. */
const EVERY_MS = 500;

/** `flowlord drain`: the running instance takes no more tasks, without stopping. */
export function addDrain(cli: Cli): void {
  cli
    .command("drain", "Let the workers of the running instance take no more tasks, without stopping it.", [
      "flowlord drain --wait && systemctl restart flowlord",
      "flowlord drain --end",
    ])
    .option("--wait", "until no task runs there any more")
    .option("--end", "take tasks again")
    .option("--json", "one JSON object: drained, running")
    .action(cli.action((flags: Flags) => drain(cli.context, flags)));
}

async function drain(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const instance = await target.openRunning();
  const request = { end: flags.end === true, by: currentUser() };
  let answer = await instance.drain(request);
  if (flags.wait === true && !request.end) {
    while (answer.drained && answer.running > 0) {
      await wait(EVERY_MS);
      answer = await instance.drain(request);
    }
  }
  const { running } = answer;
  const tasks = running === 0 ? "no task runs" : `${running} ${running === 1 ? "task runs" : "tasks run"}`;
  if (flags.json === true) context.out(JSON.stringify(answer));
  else
    context.out(answer.drained ? `drained: no more tasks are taken, and ${tasks}` : `tasks are taken again; ${tasks}`);
  return 0;
}
