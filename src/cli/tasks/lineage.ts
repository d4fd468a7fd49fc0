import { taskName } from "../../core/task/task-name.ts";
import { spanText, attemptText } from "../../core/why/phrases.ts";
import { LINEAGE_CAPS, MAX_LINEAGE, type DistantTask, type RunLineage } from "../../store/lineage-queries.ts";
import { integerBetween, type Cli } from "../cli.ts";
import type { CliContext } from "../context.ts";
import type { ConfigFlags } from "../find-config.ts";
import { targetOf } from "../target.ts";
import { paintResult } from "../output/paint.ts";
import { printable } from "../../contract/printable.ts";
import { table, type Cell } from "../output/table.ts";
import { localTime } from "../output/times.ts";
import { isoTimes } from "../../core/time/iso-times.ts";

interface Flags extends ConfigFlags {
  readonly number: number;
  readonly depth: number;
  readonly json?: true;
}

/** `flowlord lineage ID`: a run as a tree. */
export function addLineage(cli: Cli): void {
  cli
    .command(
      "lineage <id>",
      "Show a run as a tree: its root tasks, their retries and all that followed; ID is a record's number, or the id of the run.",
      [
        "flowlord lineage 0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
        "flowlord lineage 1204 --depth 3",
        "flowlord lineage 1204 --json | jq '.tasks[].state'",
      ],
    )
    .option("-n, --number <count>", "how many tasks", integerBetween(1, MAX_LINEAGE.count), LINEAGE_CAPS.count)
    .option("--depth <steps>", "how many steps from the root", integerBetween(1, MAX_LINEAGE.depth), LINEAGE_CAPS.depth)
    .option("--json", "one JSON object: id, tasks, caps, truncated")
    .action(cli.action((id: string, flags: Flags) => lineage(cli.context, id, flags)));
}

async function lineage(context: CliContext, id: string, flags: Flags): Promise<number> {
  const target = await targetOf(flags, context);
  const { zone } = target;
  return await target.read(async ({ tasks }) => {
    const run = await tasks.run(id, { count: flags.number, depth: flags.depth });
    if (run === null) {
      context.err(
        `No run has the id and no record has the number "${printable(id)}"; flowlord tasks lists the newest ones.`,
      );
      return 1;
    }
    if (flags.json === true)
      context.out(JSON.stringify({ ...run, tasks: run.tasks.map((one) => isoTimes(one, zone)) }));
    else {
      context.out(`${context.paint.bold(`run ${printable(run.id)}`)}  ${summary(run)}`);
      context.out(tree(run, zone, context));
    }
    for (const note of cuts(run)) context.err(context.paint.dim(note));
    return 0;
  });
}

function summary({ tasks }: RunLineage): string {
  const outcomes = new Map<string, number>();
  for (const task of tasks) outcomes.set(statusOf(task), (outcomes.get(statusOf(task)) ?? 0) + 1);
  const counts = [...outcomes].map(([outcome, count]) => `${count} ${printable(outcome)}`).join(", ");
  const begin = Math.min(...tasks.map((task) => task.decided_at));
  const end = Math.max(...tasks.map((task) => task.finished_at ?? task.decided_at));
  const open = tasks.some((task) => task.finished_at === null && task.state !== "cancelled");
  return `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}: ${counts}; ${spanText(end - begin)}${open ? " so far" : ""}`;
}

function cuts({ truncated, caps }: RunLineage): string[] {
  const notes: string[] = [];
  if (truncated.count)
    notes.push(
      `there are more than ${caps.count} tasks; those nearest to the root are shown: --number ${MAX_LINEAGE.count}`,
    );
  if (truncated.depth) notes.push(`the run is deeper than ${caps.depth} steps: --depth ${MAX_LINEAGE.depth}`);
  return notes;
}

function statusOf(task: DistantTask): string {
  return task.result === "" ? task.state : task.result;
}

function tree(run: RunLineage, zone: string, { paint, width }: CliContext): string {
  const rows = inTreeOrder(run.tasks).map(({ task, branch }): Cell[] => {
    const status = statusOf(task);
    const from = task.created ?? task.decided_at;
    return [
      { text: String(task.record_id), paint: paint.dim },
      { text: localTime(from, zone) },
      { text: task.started === null || task.started < from ? "" : spanText(task.started - from), paint: paint.dim },
      {
        text:
          task.started === null || task.ended === null || task.ended < task.started
            ? ""
            : spanText(task.ended - task.started),
      },
      { text: status, paint: (text) => paintResult(paint, status, text) },
      { text: `${branch}${nameOf(task)}` },
    ];
  });
  return table(["RECORD", `CREATED (${zone})`, "QUEUED", "RAN", "STATUS", "TASK"], rows, width);
}

/** With the attempt and the other parents of a join, which set it apart from its siblings. */
function nameOf(task: DistantTask): string {
  const others = task.joined.filter((id) => id !== task.parent_id);
  const attempt = task.attempt === 0 ? "" : `  (attempt ${attemptText(task.attempt, task.retries)})`;
  const join = others.length === 0 ? "" : `  (joins ${others.join(", ")} too)`;
  const msg = task.msg === "" ? "" : `  ${task.msg}`;
  return `${taskName(task)}${attempt}${join}${msg}`;
}

/** Deeper branches show their depth as a number: indentation would leave no space for the task. */
const MAX_BRANCHES = 10;

interface Leaf {
  readonly task: DistantTask;
  readonly branch: string;
}

/** Each task below the one it came from, oldest first. Without recursion, since a run may be a thousand tasks deep. */
function inTreeOrder(tasks: readonly DistantTask[]): readonly Leaf[] {
  const known = new Set(tasks.map((task) => task.record_id));
  const below = new Map<number, DistantTask[]>();
  const roots: DistantTask[] = [];
  for (const task of tasks.toSorted((a, b) => a.record_id - b.record_id)) {
    const siblings = task.parent_id === null ? undefined : below.get(task.parent_id);
    if (siblings !== undefined) siblings.push(task);
    else if (task.parent_id !== null && known.has(task.parent_id)) below.set(task.parent_id, [task]);
    else roots.push(task);
  }
  const leaves: Leaf[] = [];
  const open = roots.toReversed().map((task) => ({ task, stem: "", knot: "", depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { task, stem, knot, depth } = next;
    leaves.push({
      task,
      branch: depth > MAX_BRANCHES ? `${"   ".repeat(MAX_BRANCHES - 1)}(${depth} deep) ` : stem + knot,
    });
    const children = below.get(task.record_id) ?? [];
    const own = knot === "" ? "" : stem + (knot.startsWith("└") ? "   " : "│  ");
    children.toReversed().forEach((child, index) => {
      open.push({
        task: child,
        stem: depth >= MAX_BRANCHES ? "" : own,
        knot: index === 0 ? "└─ " : "├─ ",
        depth: depth + 1,
      });
    });
  }
  return leaves;
}
