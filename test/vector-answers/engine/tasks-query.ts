import { join } from "node:path";
import { parseInstant } from "../../../src/contract/time/instant.ts";
import { parseTaskMessage, writeTaskMessage, type TaskMessage } from "../../../src/contract/task-message.ts";
import {
  elapsed,
  hourlyOf,
  hourlyTotal,
  rfc3339Text,
  jobsByType,
  recapKey,
  recapOf,
  recapText,
  runState,
  totalsOf,
  typesOf,
} from "../../../src/core/legacy/recap-pages.ts";
import type { RecapGroup } from "../../../src/core/legacy/recap-pages.ts";
import { importedTask } from "../../../src/core/legacy/imported-task.ts";
import type { DoneDecider } from "../../../src/core/decide/decider.ts";
import type { Store } from "../../../src/store/store.ts";
import { handleDone } from "../../../src/engine/handle-done.ts";
import { readLegacyTime } from "../../../src/store/sqlite/legacy/read-time.ts";
import type { LegacyRow } from "../../../src/store/legacy-queries.ts";
import { covers, type VectorCase } from "../../../scripts/vector-runner.ts";
import { openRig, type Rig } from "../../engine/rig/rig.ts";
import { newTask } from "../../store/factories.ts";
import { openBare } from "../../store/sqlite/scratch.ts";

interface QueryCase {
  readonly tasks: readonly Record<string, string>[];
  readonly query: Readonly<Record<string, string | number>>;
}

/** The tasks go through the engine into a real database, and the questions are those of its port. */
export async function answer(input: unknown): Promise<unknown> {
  const { tasks, query } = input as QueryCase;
  const rig = await openRig({ workflows: {}, failedTopic: null });
  try {
    for (const task of tasks) await store(task, rig);
    for (let isMore = true; isMore;) ({ isMore } = await rig.store.indexSearch(100));
    return await ask(query, rig);
  } finally {
    await rig.close();
  }
}

/** Times as an older database has them. What has no result yet was sent; a result comes on `done`. */
async function store(task: Record<string, string>, rig: Rig): Promise<void> {
  const message = parseTaskMessage(JSON.stringify(task));
  const stored: TaskMessage = {
    ...message,
    created: readTime(message.created),
    started: readTime(message.started),
    ended: readTime(message.ended),
  };
  if (stored.result !== "") {
    const context = { ...rig.context, store: withoutAlerts(rig.store) };
    await handleDone([{ topic: "done", payload: writeTaskMessage(stored) }], context);
    return;
  }
  const { attempt, taskTime } = importedTask(stored.meta, stored.info);
  const sent = newTask({ message: stored, attempt, taskTime, dueAt: rig.now });
  const { recordIds } = await rig.store.createTasks([sent], rig.now);
  // A worker that tells only when it began is no message of ours, but a row of the older program may say so.
  // A worker that tells only when it began is no message of ours, but a row of the older program may say so.
  if (stored.started !== "" || stored.ended !== "") printTimes(recordIds[0] ?? 0, stored, rig);
}

/** These are tasks that were stored, not results that come: nobody is told of them. */
function withoutAlerts(store: Store): Store {
  const quiet = (decider: DoneDecider): DoneDecider => ({
    ...decider,
    decide: (message, state) => ({ ...decider.decide(message, state), alerts: [] }),
  });
  const ingestDone: Store["ingestDone"] = (messages, decider, ...others) =>
    store.ingestDone(messages, quiet(decider), ...others);
  return new Proxy(store, {
    get: (target, name) => (name === "ingestDone" ? ingestDone : Reflect.get(target, name, target)),
  });
}

function printTimes(recordId: number, { started, ended }: TaskMessage, rig: Rig): void {
  const db = openBare(join(rig.dir, "tasks.db"));
  db.prepare("UPDATE task_records SET started = ?, ended = ? WHERE id = ? AND state <> 'finished'").run(
    parseInstant(started),
    parseInstant(ended),
    recordId,
  );
  db.close();
}

function readTime(text: string): string {
  const time = readLegacyTime(text);
  return time.kind === "time" ? new Date(time.ms).toISOString() : text;
}

async function ask(query: QueryCase["query"], { store: { reads } }: Rig): Promise<unknown> {
  const text = (name: string): string => String(query[name] ?? "");
  const { legacy } = reads;
  if (query["list"] !== undefined) {
    const filter = { id: text("id"), type: text("type"), job: text("job"), result: text("result") };
    const paging = { page: Number(query["page"] ?? 1), limit: Number(query["limit"] ?? 100) };
    const { rows, total } = await legacy.dayOfTasks({ day: dayOf(text("list")), ...filter, ...paging });
    return { rows: rows.length > 20 ? rows.map((row) => row.id) : rows.map(listRow), total };
  }
  if (query["run"] !== undefined) {
    const events = await legacy.runOfTasks(text("run"), 1000);
    const { completed, lastUpdate } = runState(events);
    return { completed, last_update: lastUpdate, events: events.map(eventOf) };
  }
  if (query["daily"] !== undefined) {
    const groups = await legacy.recap(dayOf(text("daily")), false);
    return { by_task: byTask(groups, recapOf), text: byTask(groups, recapText) };
  }
  if (query["dates"] !== undefined) {
    return { dates: await legacy.dates(text("dates") as Parameters<typeof legacy.dates>[0]) };
  }
  const groups = await legacy.recap(dayOf(text("recap")), true);
  const filter = { type: text("hourly_type"), job: text("hourly_job"), result: text("hourly_result") };
  return {
    by_task: byTask(groups, recapOf),
    types: typesOf(groups),
    jobs_by_type: jobsByType(groups),
    totals: totalsOf(groups),
    hourly: hourlyOf(groups, filter),
    hourly_total: hourlyTotal(groups, filter),
  };
}

function dayOf(text: string): number {
  return Date.parse(`${text}T00:00:00Z`);
}

function byTask<T>(groups: readonly RecapGroup[], of: (group: RecapGroup) => T): Record<string, T> {
  return Object.fromEntries(groups.map((group) => [recapKey(group), of(group)]));
}

function listRow(row: LegacyRow): unknown {
  const [task, queue] = [elapsed(row.started, row.ended), elapsed(row.created, row.started)];
  const times = { created: rfc3339Text(row.created), started: rfc3339Text(row.started), ended: rfc3339Text(row.ended) };
  const took = { task_seconds: task.seconds, task_time: task.text };
  return { ...row, ...took, queue_seconds: queue.seconds, queue_time: queue.text, ...times };
}

/** As a task message has it: what is empty is left out. */
function eventOf(row: LegacyRow): unknown {
  const times = { created: rfc3339Text(row.created), started: rfc3339Text(row.started), ended: rfc3339Text(row.ended) };
  return JSON.parse(writeTaskMessage({ ...row, ...times }));
}

/** A wanted answer may say that rows of the same `created` come in any order. */
interface Expected {
  readonly rows?: readonly unknown[];
  readonly order?: string;
}

/**
 * The older program kept times as the texts that came, and sorted by these. In force is O16: times are instants, kept to
 * the millisecond and written in UTC, and lists go by them; so wanted times and the order of wanted rows are read like that.
 */
export function compare(got: unknown, wanted: unknown, testCase: VectorCase): boolean {
  const exact = testCase.ours_partial === undefined || testCase.ours !== undefined;
  const { order, ...rest } = wanted as Expected;
  const isRows = Array.isArray(rest.rows) && rest.rows.every((row) => typeof row === "object");
  const one = isRows ? { ...rest, rows: newestFirst(rest.rows ?? [], order === "any") } : rest;
  const other = isRows
    ? { ...(got as Expected), rows: newestFirst((got as Expected).rows ?? [], order === "any") }
    : got;
  return covers(other, one, exact, (a, b) => a === b || isSameInstant(a, b) || (b === null && isEmptyList(a)));
}

function newestFirst(rows: readonly unknown[], byText: boolean): readonly unknown[] {
  const key = (row: unknown): readonly [number, string] => [
    parseInstant((row as { created?: string }).created ?? "") ?? 0,
    byText ? JSON.stringify(row) : "",
  ];
  return rows.toSorted((a, b) => {
    const [[atA, textA], [atB, textB]] = [key(a), key(b)];
    return atB - atA || textA.localeCompare(textB);
  });
}

/** Go writes a list that was never begun as null. */
function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isSameInstant(a: unknown, b: unknown): boolean {
  if (typeof a !== "string" || typeof b !== "string") return false;
  const instant = parseInstant(a);
  return instant !== null && instant === parseInstant(b);
}
