import { setTimeout } from "node:timers/promises";
import { printable } from "../../contract/printable.ts";
import { taskName } from "../../core/task/task-name.ts";
import type { TaskRow } from "../../store/task-queries.ts";
import type { CliContext } from "../context.ts";
import type { TaskReads } from "../reads/task-reads.ts";
import type { Target } from "../instance-acts.ts";

const POLL_MS = 250;

/** Prints the states of tasks as they change, until each is done: its last attempt. True: all are complete. */
export async function waitForTasks(
  recordIds: readonly number[],
  target: Target,
  isJson: boolean,
  context: CliContext,
): Promise<boolean> {
  return await target.read(async ({ tasks }) => {
    const shown = new Map<number, string>();
    for (;;) {
      const rows: TaskRow[] = [];
      for (const id of recordIds) {
        const row = await latestAttempt(id, tasks);
        // A record that retention has deleted was done long ago.
        if (row === null) continue;
        rows.push(row);
        const status = row.result === "" ? row.state : row.result;
        if (shown.get(id) === `${row.attempt} ${status}`) continue;
        shown.set(id, `${row.attempt} ${status}`);
        if (isJson) {
          const { record_id, attempt, state, result, msg } = row;
          context.out(JSON.stringify({ record_id, attempt, state, result, msg }));
        } else
          context.out(
            printable(`${taskName(row)} record ${row.record_id}: ${status}${row.msg === "" ? "" : `  ${row.msg}`}`),
          );
      }
      if (rows.every(({ state }) => state === "finished" || state === "cancelled"))
        return rows.every(({ result }) => result === "complete" || result === "skipped");
      await setTimeout(POLL_MS);
    }
  });
}

async function latestAttempt(recordId: number, tasks: TaskReads): Promise<TaskRow | null> {
  let latest: TaskRow | null = null;
  let next: number | undefined = recordId;
  while (next !== undefined) {
    const [history]: Awaited<ReturnType<TaskReads["outcomes"]>> = await tasks.outcomes(String(next));
    if (history === undefined) return latest;
    latest = history.task;
    next = history.children.find(({ kind }) => kind === "retry")?.record_id;
  }
  return latest;
}
