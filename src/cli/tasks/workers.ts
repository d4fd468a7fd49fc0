import { taskName } from "../../core/task/task-name.ts";
import type { WorkerRow } from "../../core/task/worker-rows.ts";
import { spanText } from "../../core/why/phrases.ts";
import type { WorkerActivity } from "../../store/running-tasks.ts";
import type { Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { table, type Cell } from "../output/table.ts";
import { isoTime } from "../output/times.ts";

interface Flags extends ConfigFlags {
  readonly json?: true;
}

type Row = WorkerRow<WorkerActivity>;

/** `flowlord workers`: who runs tasks, and what of them was heard today. */
export function addWorkers(cli: Cli): void {
  cli
    .command("workers", "List the workers by the tasks they run: built in, or heard on the bus.", [
      "flowlord workers",
      "flowlord workers --json",
    ])
    .option("--json", "one JSON object a line")
    .action(cli.action((flags: Flags) => workers(cli.context, flags)));
}

async function workers(context: CliContext, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const rows = await target.read(({ tasks }) => tasks.workers());
  if (flags.json === true) {
    for (const { last_heard: last, instances, ...row } of rows) {
      const running = instances.map((one) => ({ ...one, last_heard: isoTime(one.last_heard) }));
      context.out(JSON.stringify({ ...row, last_heard: isoTime(last), instances: running }));
    }
  } else if (rows.length === 0) context.out("No worker is built in, and none was heard of today.");
  else context.out(text(rows, context.now(), context));
  return 0;
}

function text(rows: readonly Row[], now: number, { paint, width }: CliContext): string {
  const cells = rows.map((row): Cell[] => [
    { text: taskName(row), paint: paint.bold },
    { text: row.concurrency === null ? row.kind : `${row.kind} (${row.concurrency})` },
    { text: row.last_heard === null ? "" : `${spanText(Math.max(0, now - row.last_heard))} ago` },
    { text: String(row.running) },
    { text: String(row.sent) },
    { text: String(row.done) },
    { text: String(row.failed), ...(row.failed === 0 ? {} : { paint: paint.red }) },
    {
      text: row.instances
        .map(({ worker, host, pid, running }) => `${worker} on ${host}${pid === null ? "" : ` (${pid})`}: ${running}`)
        .join(", "),
      paint: paint.dim,
    },
  ]);
  return table(["TASKS", "WORKER", "LAST HEARD", "RUNNING", "SENT", "DONE", "FAILED", "WHERE"], cells, width);
}
