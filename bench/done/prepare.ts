import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { secondsText } from "../../src/contract/time/instant.ts";
import { writeTaskMessage } from "../../src/contract/task-message.ts";
import type { Phase } from "../../src/core/workflow/phase.ts";
import { openEmbedded, type Embedded } from "../support/embedded.ts";
import { rootTasks } from "../support/roots.ts";

const WORKFLOW = `
[[phase]]
task = "extract:orders"
rule = "cron=0 0 1 1 *"
template = "?date={yyyy}-{mm}-{dd}T{hh}&source=orders"

[[phase]]
task = "clean:orders"
dependsOn = "extract:orders"
template = "s3://bucket-name/orders/{yyyy}/{mm}/{dd}/{hh}/?date={yyyy}-{mm}-{dd}T{hh}&lines={meta:lines}"

[[phase]]
task = "count:orders"
dependsOn = "extract:orders"
template = "?date={yyyy}-{mm}-{dd}T{hh}&table=orders"
`;

/** Topics of the children. */
export const CHILD_TOPICS: readonly string[] = ["clean", "count"];

/** A task that waits for its result. */
export interface PreparedTask {
  readonly recordId: number;
  /** The worker's message on `done`. */
  readonly payload: string;
  readonly id: string;
  readonly meta: string;
}

export async function writeWorkflow(dir: string): Promise<string> {
  const path = join(dir, "workflows");
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "orders.toml"), WORKFLOW);
  return path;
}

export function phaseOf(embedded: Embedded, type: string): Phase {
  const phase = embedded.graph.phases.find((one) => one.type === type);
  if (phase === undefined) throw new Error(`the workflow has no phase ${type}`);
  return phase;
}

/** Queued tasks, already sent: each lacks only its result. */
export async function prepareTasks(database: string, workflows: string, count: number): Promise<PreparedTask[]> {
  const embedded = await openEmbedded(database, workflows);
  const { store, context } = embedded;
  const prepared: PreparedTask[] = [];
  while (prepared.length < count) {
    const tasks = rootTasks(phaseOf(embedded, "extract"), Math.min(1000, count - prepared.length), context);
    const { outbox, recordIds } = await store.createTasks(tasks, context.runtime.now());
    store.outboxSent(outbox);
    tasks.forEach(({ message }, index) => {
      const now = context.runtime.now();
      const meta = `${message.meta}&lines=1200`;
      const times = { started: secondsText(now), ended: secondsText(now) };
      const payload = writeTaskMessage({ ...message, ...times, meta, result: "complete", msg: "read 1,200 lines" });
      prepared.push({ recordId: recordIds[index] ?? 0, payload, id: message.id, meta });
    });
  }
  await embedded.close();
  return prepared;
}
