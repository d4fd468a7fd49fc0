import { type Batch, BatchError, expandBatch } from "../../../src/core/decide/batch.ts";
import type { Row } from "../../../src/core/task/batch-rows.ts";
import { MetaRowsError, parseMetaRows } from "../../../src/core/task/meta-rows.ts";

interface BatchCase {
  readonly template: string;
  readonly task: string;
  readonly job?: string;
  readonly workflow?: string;
  readonly by?: string;
  readonly meta?: Readonly<Record<string, readonly string[]>>;
  readonly metaFile?: string;
  readonly metaFiles?: readonly string[];
  readonly metaFileMissing?: boolean;
  readonly start: string;
  readonly end?: string;
  readonly forNs?: string;
  readonly at?: boolean;
}

export function answer(input: unknown): unknown {
  const one = input as BatchCase;
  const fileRows = rowsOf(one);
  if (fileRows instanceof Error) return { error: true };
  const tasks = expandBatch({
    type: one.task,
    job: one.job ?? "",
    workflow: one.workflow ?? "",
    template: one.template,
    ...spanOf(one),
    by: one.by ?? "",
    columns: one.meta === undefined ? null : new Map(Object.entries(one.meta)),
    fileRows,
    maxTasks: 100_000,
    host: "host",
    uuid: () => "00000000",
  });
  if (tasks instanceof BatchError) return { error: true };
  return { tasks: tasks.map(({ info, job, meta, type }) => ({ info, job, meta, type })) };
}

/** The clock is that of the span's earlier end. */
function spanOf(one: BatchCase): Pick<Batch, "start" | "forNs" | "zone"> {
  const start = Date.parse(one.start);
  if (one.end === undefined) return { start, forNs: BigInt(one.forNs ?? 0), zone: offsetOf(one.start) };
  const end = Date.parse(one.end);
  return { start, forNs: BigInt(end - start) * 1_000_000n, zone: offsetOf(end < start ? one.end : one.start) };
}

function offsetOf(time: string): string {
  return /[+-]\d\d:\d\d$/.exec(time)?.[0] ?? "UTC";
}

function rowsOf(one: BatchCase): readonly Row[] | Error | null {
  if (one.metaFileMissing === true || one.metaFiles?.length === 0) return new Error("there is no such meta file");
  const contents = one.metaFiles ?? (one.metaFile === undefined ? [] : [one.metaFile]);
  const rows: Row[] = [];
  for (const content of contents) {
    const some = parseMetaRows(content);
    if (some instanceof MetaRowsError) return some;
    rows.push(...some);
  }
  return contents.length === 0 ? null : rows;
}
