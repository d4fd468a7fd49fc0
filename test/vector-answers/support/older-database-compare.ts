import { isDeepStrictEqual } from "node:util";
import type { VectorCase } from "../../../scripts/vector-runner.ts";
import { importedTask } from "../../../src/core/legacy/imported-task.ts";
import { parseInstant } from "../../../src/contract/time/instant.ts";
import type { DescribedDatabase } from "../../store/sqlite/legacy/older-database.ts";
import { sameInstant, type Answer, type Event, type Run } from "./older-database-answer.ts";

/** What the older program read back: empty fields are left out, and null stands for an empty list. */
interface Expected {
  readonly rows: Readonly<Record<string, number>>;
  readonly read_by_the_program: {
    readonly tasks: Readonly<Record<string, ExpectedRun>>;
    readonly alerts?: readonly Readonly<Record<string, unknown>>[] | null;
    readonly files?: readonly Readonly<Record<string, unknown>>[] | null;
  };
}

export interface ExpectedRun {
  readonly LastUpdate: string;
  readonly Completed: boolean;
  readonly Events: readonly Partial<Event>[] | null;
}

type SameSummary = (ours: Run, wanted: ExpectedRun) => boolean;

/**
 * Whether we know at least what the older program knew: the same number of rows, each run with its events, each alert and
 * file. More is right where it could not read a row. Times are compared as instants.
 */
export function knowsAll(got: unknown, wanted: unknown, testCase: VectorCase, sameSummary: SameSummary): boolean {
  const ours = got as Answer;
  const { rows, read_by_the_program: read } = wanted as Expected;
  if (!isDeepStrictEqual(ours.rows, rows)) return false;
  const stored = storedIds((testCase.in as { readonly database: DescribedDatabase }).database);
  for (const [id, run] of Object.entries(read.tasks)) {
    const own = ours.tasks[id];
    if (own === undefined) {
      if (run.Events !== null || stored.has(id)) return false;
    } else if (run.Events === null) {
      if (own.Events.length === 0) return false;
    } else if (!sameEvents(own.Events, run.Events.map(filled)) || !sameSummary(own, run)) return false;
  }
  for (const id of stored) if (ours.tasks[id] === undefined) return false;
  return holds(ours.alerts, read.alerts ?? []) && holds(ours.files, read.files ?? []);
}

function storedIds({ tables }: DescribedDatabase): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const name of ["task_log", "task_records"]) {
    const table = tables[name];
    const at = table?.columns.findIndex((column) => column.name === "id") ?? -1;
    for (const row of table?.rows ?? []) ids.add(typeof row[at] === "string" ? row[at] : "");
  }
  return ids;
}

const EMPTY: Event = {
  id: "",
  type: "",
  job: "",
  info: "",
  meta: "",
  result: "",
  msg: "",
  created: null,
  started: null,
  ended: null,
};

function filled(event: Partial<Event>): Event {
  return { ...EMPTY, ...event };
}

/**
 * One of ours for each attempt that is told of: it says all that one of the lines about it says, the one with the result
 * if there is one. A repeat, and the failed message that repeats the last attempt, changes nothing (O5).
 */
function sameEvents(ours: readonly Event[], wanted: readonly Event[]): boolean {
  const attempts = Map.groupBy(wanted, keyOf);
  if (attempts.size !== ours.length) return false;
  return ours.every((event) => {
    const lines = attempts.get(keyOf(event)) ?? [];
    const finished = lines.filter((line) => line.result !== "");
    return (finished.length > 0 ? finished : lines).some((line) => sameEvent(event, line));
  });
}

function keyOf({ type, job, info, meta, created }: Event): string {
  const at = created === null ? null : parseInstant(created);
  return JSON.stringify([type, job, info, at, importedTask(meta, info).attempt]);
}

function sameEvent(ours: Event, line: Event): boolean {
  return (Object.keys(line) as (keyof Event)[]).every((key) => {
    if (key === "created" || key === "started" || key === "ended") return sameInstant(ours[key], line[key]);
    return ours[key] === line[key];
  });
}

/** Each of the wanted rows is among ours, by its id; the values that are times as instants. */
function holds(
  ours: readonly Readonly<Record<string, unknown>>[],
  wanted: readonly Readonly<Record<string, unknown>>[],
): boolean {
  return wanted.every((row) => {
    const own = ours.find(({ id }) => id === row["id"]);
    if (own === undefined) return false;
    return Object.entries(row).every(([key, value]) =>
      /^(task_time|created_at|received_at|last_modified)$/.test(key)
        ? sameInstant(own[key], value)
        : isDeepStrictEqual(own[key], value),
    );
  });
}
