import type { Drawn, DrawnEdge, DrawnNode } from "../../../components/graph/drawn.ts";
import { instant, taskTimeOf } from "../../../components/runs/run-text.ts";
import { duration } from "../../../services/format.ts";
import { statusOf } from "../../../services/task-status.ts";
import { nameOf } from "../task-text.ts";
import type { TreeRow } from "./tree.ts";

export interface RunFile {
  readonly id: number;
  readonly path: string;
}

interface About {
  /** The task that the page is about: the record of its first attempt. */
  readonly current: number | undefined;
  /** Of tasks, by their first attempts: the file that made each. */
  readonly files: ReadonlyMap<number, RunFile>;
  /** What the current one did not start, a sentence each. */
  readonly absent: readonly string[];
}

const fileNode = (file: number): string => `f${file}`;

/** Where a node of it leads; null: nowhere. */
export function pageOfNode(id: string): { readonly to: "/tasks/$id" | "/files/$id"; readonly id: string } | null {
  const [, kind, number] = /^([rf])(\d+)$/.exec(id) ?? [];
  return number === undefined ? null : { to: kind === "r" ? "/tasks/$id" : "/files/$id", id: number };
}

/** Tasks with what led to each, the files between them, and what was not started. */
export function drawnRun(rows: readonly TreeRow[], { current, files, absent }: About): Drawn {
  // A node is named for the record that it leads to, an edge for the task.
  const nodeOf = new Map(rows.map(({ task }) => [task.first_attempt_id, `r${task.record_id}`]));
  const nodes = new Map<string, DrawnNode>();
  const edges: DrawnEdge[] = [];
  for (const row of rows) {
    const to = nodeOf.get(row.task.first_attempt_id) ?? "";
    const isLive = row.task.state === "running" || row.task.state === "overdue";
    const file = files.get(row.task.first_attempt_id);
    const parents = row.parents.flatMap((parent) => nodeOf.get(parent) ?? []);
    if (file !== undefined) {
      nodes.set(fileNode(file.id), drawnFile(file));
      edges.push({ from: fileNode(file.id), to, isLive });
    }
    const child = file === undefined ? to : fileNode(file.id);
    for (const from of parents)
      if (!edges.some((edge) => edge.from === from && edge.to === child)) edges.push({ from, to: child, isLive });
    nodes.set(to, drawnTask(to, row, row.task.first_attempt_id === current));
  }
  const here = current === undefined ? undefined : nodeOf.get(current);
  if (here !== undefined)
    for (const [index, sentence] of absent.entries()) {
      const id = `a${index}`;
      const [title = sentence] = sentence.split(/ (?:is |was )?not /);
      nodes.set(id, { id, kind: "ghost", status: "none", title, line: "not started", about: sentence });
      edges.push({ from: here, to: id, isGhost: true });
    }
  return { nodes: [...nodes.values()], edges };
}

function drawnTask(id: string, { task, attempts, cause }: TreeRow, isHere: boolean): DrawnNode {
  const status = statusOf(task);
  const [started, ended] = [instant(task.started), instant(task.ended)];
  const ran = started === null || ended === null || ended < started ? "" : duration(ended - started);
  const time = taskTimeOf(task) ?? "";
  const tried = attempts > 1 ? `${attempts} attempts` : "";
  return {
    id,
    kind: "thing",
    status,
    title: nameOf(task),
    line: [time, ran === "" ? status : ran, tried].filter((part) => part !== "").join(" · "),
    about: [nameOf(task), time, status, ran, tried, cause].filter((part) => part !== "").join(", "),
    isHere,
  };
}

function drawnFile({ id, path }: RunFile): DrawnNode {
  const cut = path.lastIndexOf("/");
  return {
    id: fileNode(id),
    kind: "source",
    status: "none",
    icon: "file",
    title: cut <= 0 ? path : `…${path.slice(cut)}`,
    isMono: true,
    line: "file",
    about: `File ${path}`,
  };
}
