import { wallOf } from "../../src/contract/time/wall-ms.ts";
import { parseTaskQuery } from "../../src/contract/query/task-query-parser.ts";
import { utcClock } from "../../src/contract/query/task-query-values.ts";
import { DAY, HOUR } from "../../src/contract/time/time-units.ts";
import type { WorkflowGraph } from "../../src/core/workflow/phase.ts";
import { queryWhyNot } from "../../src/engine/query-why-not.ts";
import type { ReadStore } from "../../src/store/store.ts";
import type { HistogramRequest, SortRequest, TaskFilter } from "../../src/store/task-queries.ts";
import { ALL_ALERTS, type AlertFilter } from "../../src/store/alert-store.ts";
import { ALL_FILES, type FileFilter } from "../../src/store/file-queries.ts";
import type { Arguments } from "./arguments.ts";

export interface Query {
  readonly name: string;
  /** p99 in milliseconds. */
  readonly target: number;
  run(args: Arguments): Promise<unknown>;
}

export interface QueryContext {
  readonly reads: ReadStore;
  readonly graph: WorkflowGraph;
  /** Where the seeded history ends. */
  readonly now: number;
}

const PAGE = 50;
const TARGET = 50;
const SUMMARY_TARGET = 100;

/** Every query of the read store, with the arguments that people use it with. */
export function allQueries(context: QueryContext): readonly Query[] {
  const tasks = [
    ...lists(context),
    ...underWay(context),
    ...searches(context),
    ...views(context),
    ...lineages(context),
  ];
  const all = [...tasks, ...workflows(context), ...files(context), ...alerts(context), ...legacyPages(context)];
  return [
    ...all.map(([name, run]) => ({ name, run, target: TARGET })),
    ...summaries(context).map(([name, run]) => ({ name, run, target: SUMMARY_TARGET })),
  ];
}

type Named = readonly [name: string, run: (args: Arguments) => Promise<unknown>];

function lists({ reads }: QueryContext): readonly Named[] {
  const list = (filter: Partial<TaskFilter>): Promise<unknown> => {
    const all = { limit: PAGE, before: null, type: null, job: null, result: null, state: null };
    return reads.tasks({ ...all, ...filter });
  };
  return [
    ["tasks: newest", () => list({})],
    ["tasks: a page far back", ({ task }) => list({ before: task.id })],
    ["tasks: of a type", ({ task: { type, id } }) => list({ type, before: id })],
    ["tasks: of a type and job", ({ task: { type, job, id } }) => list({ type, job, before: id })],
    ["tasks: of a job", ({ task: { job } }) => list({ job })],
    ["tasks: with an error", ({ task }) => list({ result: "error", before: task.id })],
    ["tasks: of a type, with an error", ({ failed: { type, id } }) => list({ type, result: "error", before: id })],
    ["tasks: complete, of a type and job", ({ task: { type, job } }) => list({ type, job, result: "complete" })],
    ["tasks: with an alert", () => list({ result: "alert" })],
    ["tasks: sent", () => list({ state: "sent" })],
    ["tasks: waiting, of a type", ({ task: { type } }) => list({ type, state: "waiting" })],
    ["tasks: overdue", ({ task }) => list({ state: "overdue", before: task.id })],
    ["task history, by record", ({ task }) => reads.taskHistory(String(task.id))],
    ["task history, by run", ({ retried }) => reads.taskHistory(retried.task_id)],
    ["dead letters", ({ deadLetterId: before }) => reads.deadLetters({ limit: PAGE, before, includeRedriven: false })],
    ["dead letters, redriven too", () => reads.deadLetters({ limit: PAGE, before: null, includeRedriven: true })],
    ["counts", () => reads.counts()],
  ];
}

/** What runs, pauses and backfills; the seeded history has no pause and no backfill, so four of these find nothing. */
function underWay({ reads: { running, backfills, lineage }, graph, now }: QueryContext): readonly Named[] {
  const phaseId = ({ type, job }: Arguments["task"]): number =>
    graph.phases.find((phase) => phase.type === type && phase.job === job)?.id ?? 0;
  return [
    ["running: tasks", () => running.tasks({ type: null, job: null, limit: PAGE })],
    ["running: tasks of a type", ({ task: { type } }) => running.tasks({ type, job: null, limit: PAGE })],
    ["running: the longest", () => running.longest(10)],
    ["running: workers", () => running.workers(now - DAY)],
    ["pauses", () => lineage.pauses()],
    ["backfills: newest", () => backfills.list({ limit: PAGE, before: null, state: null })],
    ["backfills: one", () => backfills.one(1)],
    ["backfills: slots", () => backfills.slots(1, "waiting", 0, PAGE)],
    [
      "backfills: tasks of a phase at up to 500 hours",
      ({ task }) => {
        const last = task.task_time ?? now;
        const times = Array.from({ length: 500 }, (_, hour) => wallOf(last - hour * HOUR));
        return backfills.tasksAt(phaseId(task), times);
      },
    ],
  ];
}

function searches({ reads, now }: QueryContext): readonly Named[] {
  const search = (text: string, before: number | null = null): Promise<unknown> =>
    reads.searchTasks({ query: parseTaskQuery(text, utcClock(now)), limit: PAGE, before });
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  return [
    ["search: a word that is in most tasks", () => search("rows")],
    ["search: a rare word", ({ task }) => search(/[0-9a-f]{8}/.exec(task.msg)?.[0] ?? `${task.id}`)],
    ["search: words of an error", ({ host }) => search(`msg:"too many connections" ${host}`)],
    [
      "search: error with a host, of a job",
      ({ failed, host }) => search(`job:${failed.job || `""`} result:error ${host}`),
    ],
    ["search: a word that no task has", ({ task }) => search(`nothing-${task.id}`)],
    ["search: a customer in meta", ({ customer }) => search(`meta.customer:${customer}`)],
    ["search: a customer with errors", ({ customer }) => search(`meta.customer:${customer} result:error`)],
    ["search: files by pattern in meta", ({ customer }) => search(`meta.file:*${customer}*.gz`)],
    ["search: a type on a day", ({ task }) => search(`type:${task.type} created:${day(task.decided_at)}`)],
    ["search: errors of a day", ({ task }) => search(`result:error created:${day(task.decided_at)}`)],
    ["search: a task time", ({ task }) => search(`task_time:${day(task.task_time ?? now)} job:${task.job || `""`}`)],
    ["search: long runs of a type", ({ task }) => search(`type:${task.type} run:>10m`)],
    ["search: long waits", ({ task }) => search("queue:>20s", task.id)],
    ["search: retried twice, of a type", ({ failed }) => search(`type:${failed.type} attempt:>=2`)],
    ["search: a workflow's warnings", ({ task }) => search(`workflow:${task.workflow || "orders.toml"} result:warn`)],
    ["search: one or the other", ({ host }) => search(`(result:alert OR result:warn) -type:load ${host}`)],
    ["search: a note", () => search("note:broken")],
    ["search: a run", ({ task }) => search(`id:${task.task_id}`)],
    ["search: page after page", ({ task }) => search("result:error", task.id)],
  ];
}

/** A query in another order, or as numbers; each reads for 30 ms at most, and ends a page later. */
function views({ reads: { views }, now }: QueryContext): readonly Named[] {
  const query = (text: string) => parseTaskQuery(text, utcClock(now));
  const sorted = (text: string, by: SortRequest["by"]): Promise<unknown> =>
    views.sorted({ query: query(text), by, descending: true, limit: PAGE, after: null });
  const month = (text: string): HistogramRequest => ({
    query: query(text),
    step: "hour",
    zone: "UTC",
    from: now - 30 * DAY,
    until: now,
  });
  return [
    ["views: sorted by run time", () => sorted("attempt:0", "run")],
    ["views: a type sorted by task time", ({ task }) => sorted(`type:${task.type}`, "task_time")],
    ["views: a customer sorted by wait", ({ customer }) => sorted(`meta.customer:${customer}`, "queue")],
    ["views: facets", () => views.facets(query("attempt:0"))],
    ["views: facets of a type", ({ task }) => views.facets(query(`type:${task.type}`))],
    ["views: facets of a word in most tasks", () => views.facets(query("rows"))],
    ["views: a histogram of a month", () => views.histogram(month(""))],
    ["views: a histogram of a query", () => views.histogram(month("result:error"))],
    ["views: a histogram of a word", ({ host }) => views.histogram(month(host))],
    ["views: a total", () => views.total(query("result:error"))],
    ["views: attempts", ({ task }) => views.attempts(task.id)],
  ];
}

/** What the pages of the workflows read: 50 phases are a page of the grid, 5,000 the largest graph. */
function workflows({ reads: { workflows: of, access }, graph, now }: QueryContext): readonly Named[] {
  const ids = graph.phases.map(({ id }) => id);
  const days = (task: Arguments["task"], count: number) => {
    const until = Math.floor((task.task_time ?? now) / DAY) * DAY;
    return { from: wallOf(until - count * DAY), until: wallOf(until) };
  };
  return [
    ["workflows: files", () => of.list({ after: "", limit: PAGE, removed: false })],
    ["workflows: newest tasks of a graph", () => of.lastTasks(ids)],
    [
      "workflows: newest tasks of 5,000 phases",
      () => of.lastTasks(Array.from({ length: 5000 }, (_, n) => ids[n % (2 * ids.length)] ?? 1_000_000 + n)),
    ],
    ["workflows: counts of a week", () => of.counts(now - 7 * DAY)],
    ["workflows: counts of 92 days", () => of.counts(now - 92 * DAY)],
    [
      "workflows: size of a grid of a month",
      ({ task }) => of.gridSizes({ phaseIds: ids.slice(0, PAGE), ...days(task, 30), max: 200_001 }),
    ],
    // The grid of more is read in several.
    [
      "workflows: grid of a phase and a day",
      ({ task }) => of.grid({ phaseIds: ids.slice(0, 1), ...days(task, 1), by: "day" }),
    ],
    ["audit log", () => access.audit({ who: null, before: null, limit: PAGE })],
  ];
}

function lineages({ reads: { lineage }, graph, now }: QueryContext): readonly Named[] {
  const whyNot = (type: string, job: string | null, taskTime: number): Promise<unknown> =>
    queryWhyNot(
      { type, job, workflow: null, taskTime: { kind: "wall", wall: wallOf(taskTime), isDay: false } },
      { lineage, graph, now, zone: "UTC" },
    );
  return [
    ["why: a task", ({ task }) => lineage.why(String(task.id))],
    ["why: a task that was retried", ({ retried }) => lineage.why(String(retried.id))],
    ["why: a run", ({ failed }) => lineage.why(failed.task_id)],
    ["why: the child of a join", ({ joined }) => lineage.why(String(joined.id))],
    ["why not: a phase at a time", ({ task }) => whyNot("audit", task.job, task.task_time ?? now)],
    ["why not: a join", ({ joined }) => whyNot("report", joined.job, (joined.task_time ?? now) + 1)],
    ["why not: a root", ({ task }) => whyNot("extract", "orders", (task.task_time ?? now) - HOUR / 2)],
    ["lineage: ancestors", ({ retried }) => lineage.ancestors(retried.id)],
    ["lineage: descendants", ({ task }) => lineage.descendants(task.id)],
    ["lineage: a run", ({ joined }) => lineage.run(joined.task_id)],
    ["lineage: workflows", () => lineage.workflows()],
  ];
}

function files({ reads: { files } }: QueryContext): readonly Named[] {
  const list = (filter: Partial<FileFilter>, before: number | null = null): Promise<unknown> =>
    files.list({ ...ALL_FILES, ...filter }, { limit: PAGE, before });
  return [
    ["files: newest", () => list({})],
    ["files: a page far back", ({ file }) => list({}, file.id)],
    ["files: that matched nothing", ({ stray }) => list({ matched: false }, stray.id)],
    ["files: of a phase", ({ file }) => list({ phase: { type: "import", job: "claims" } }, file.id)],
    ["files: of a path", ({ file }) => list({ path: file.path })],
    ["files: like a pattern", ({ customer }) => list({ path: `*${customer}*` })],
    ["files: of a day", ({ file }) => list({ since: file.received_at - DAY, until: file.received_at })],
    [
      "files: to redrive, of a path",
      ({ file }) => files.select({ ...ALL_FILES, path: file.path }, { limit: PAGE, after: 0, upTo: null }),
    ],
    ["files: newest of a path", ({ file }) => files.newestOf(file.path)],
    ["files: one event", ({ file }) => files.show(file.id)],
    ["files: why not picked up", ({ stray }) => files.show(stray.id)],
  ];
}

function alerts({ reads: { alerts }, now }: QueryContext): readonly Named[] {
  const list = (filter: Partial<AlertFilter>): Promise<unknown> =>
    alerts.list({ ...ALL_ALERTS, limit: PAGE, before: null, ...filter });
  return [
    ["alerts: newest", () => list({})],
    ["alerts: unresolved", () => list({ state: "unresolved" })],
    ["alerts: open and critical", () => list({ state: "open", severity: "critical" })],
    ["alerts: of a type and job", ({ alert: { task_type, job } }) => list({ taskType: task_type, job })],
    ["alerts: incomplete, since a day", ({ task }) => list({ type: "incomplete", since: task.decided_at })],
    ["alerts: seen in the last day", () => list({ since: now - DAY })],
    ["alerts: of a job alone", ({ alert: { job } }) => list({ job })],
    ["alerts: unresolved, by type and work", () => alerts.groups(100)],
    [
      "alerts: how many a day, of a month",
      () => alerts.days(Array.from({ length: 32 }, (_, n) => now + (n - 31) * DAY)),
    ],
    ["alerts: one with its history", ({ alert }) => alerts.one(alert.id)],
    ["alerts: occurrences after one", ({ alert }) => alerts.occurrencesAfter(alert.id, PAGE)],
    ["alerts: channels", () => alerts.channels()],
    ["alerts: counts", () => alerts.counts()],
    ["alerts: silences", () => alerts.silences({ limit: PAGE, before: null, includeEnded: true })],
    ["alerts: notifications", () => alerts.notifications({ limit: PAGE, before: null, channel: null })],
  ];
}

/** The pages of the older program, which read the tasks of a day. */
function legacyPages({ reads: { legacy } }: QueryContext): readonly Named[] {
  const dayOf = (at: number): number => Math.floor(at / DAY) * DAY;
  const page = { id: "", type: "", job: "", result: "", page: 1, limit: 100 };
  return [
    ["older page: a day", ({ task }) => legacy.dayOfTasks({ ...page, day: dayOf(task.decided_at) })],
    [
      "older page: errors of a day",
      ({ task }) => legacy.dayOfTasks({ ...page, day: dayOf(task.decided_at), result: "error" }),
    ],
    ["older page: a run", ({ retried }) => legacy.runOfTasks(retried.task_id, 10_000)],
    ["older page: recap of a day", ({ task }) => legacy.recap(dayOf(task.decided_at), false)],
    ["older page: the days", () => legacy.dates("tasks")],
  ];
}

function summaries({ reads: { stats, files }, now }: QueryContext): readonly Named[] {
  const ago = (at: number, hours: number) => ({ from: at - hours * HOUR, until: at });
  const edges = (until: number, count: number, step: number) =>
    Array.from({ length: count + 1 }, (_, n) => until - (count - n) * step);
  const ofFiles = (until: number, days: number): Promise<unknown> =>
    files.stats({ since: until - days * DAY, until, phase: null, limit: 20, after: null });
  return [
    ["summary: an hour", ({ task }) => stats.summary(ago(task.decided_at, 1))],
    ["summary: a day", ({ task }) => stats.summary(ago(task.decided_at, 24))],
    ["summary: a week", ({ task }) => stats.summary(ago(task.decided_at, 7 * 24))],
    ["summary: a month", () => stats.summary(ago(now, 30 * 24))],
    ["summary: totals of a month", () => stats.totals(ago(now, 30 * 24))],
    ["series: a day", ({ task }) => stats.series(edges(task.decided_at, 24, HOUR))],
    ["series: a month", () => stats.series(edges(now, 30, DAY))],
    ["files: statistics of a week", ({ file }) => ofFiles(file.received_at, 7)],
    ["files: statistics of a month", () => ofFiles(now, 30)],
  ];
}
