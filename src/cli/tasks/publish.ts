import { currentUser } from "../alerts/current-user.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends ConfigFlags {
  readonly reason?: string;
  readonly json?: true;
}

/** Lines per commit. */
const GROUP = 1000;

/** `flowlord publish TOPIC`: each line of standard input becomes a message. */
export function addPublish(cli: Cli): void {
  cli
    .command(
      "publish <topic>",
      "Publish the lines of standard input as messages: through the running instance, or for the next start.",
      [
        `echo '{"type":"clean","info":"?day=2026-01-31"}' | flowlord publish clean`,
        `echo '{"path":"data/2026/01/31/a.csv","size":12}' | flowlord publish files`,
        "flowlord publish done < results.json",
      ],
    )
    .option("--reason <text>", "why, for others who read the history later")
    .option("--json", "one JSON object: topic, sent")
    .action(cli.action((topic: string, flags: Flags) => publish(cli.context, topic, flags)));
}

async function publish(context: CliContext, topic: string, flags: Flags): Promise<number> {
  if (topic === "") throw new UsageError("publish takes the name of a topic.");
  const target = await targetOf(flags, context);
  const instance = await target.openInstance();
  const who = { by: currentUser(), reason: flags.reason ?? "" };
  let sent = 0;
  try {
    let group: string[] = [];
    const flush = async (): Promise<void> => {
      if (group.length === 0) return;
      await instance.send(topic, group, who);
      sent += group.length;
      group = [];
    };
    for await (const line of linesOf(context.input)) {
      if (line.trim() !== "" && group.push(line) >= GROUP) await flush();
    }
    await flush();
  } catch (error) {
    // The user must know where to continue.
    if (sent > 0) context.err(`${sent} lines were sent before this failed.`);
    throw error;
  } finally {
    await instance.close();
  }
  if (flags.json === true) context.out(JSON.stringify({ topic, sent }));
  else context.out(`${sent} ${sent === 1 ? "message" : "messages"} to ${topic}`);
  if (!instance.isRunning && sent > 0)
    context.err("No instance is running: the messages stay in the database until the next start.");
  return 0;
}

async function* linesOf(input: AsyncIterable<string>): AsyncGenerator<string> {
  // Collects parts instead of searching a growing text: one line may be megabytes in many small chunks.
  let begun: string[] = [];
  for await (const chunk of input) {
    const [first = "", ...others] = chunk.split("\n");
    begun.push(first);
    for (const next of others) {
      yield begun.join("").replace(/\r$/, "");
      begun = [next];
    }
  }
  yield begun.join("");
}
