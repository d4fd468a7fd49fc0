import type { z } from "zod";
import { deadLettersAnswer } from "../../contract/api/dead-letter-api.ts";
import { MAX_PAGE } from "../../contract/api/list.ts";
import { graphAnswer, taskAnswer, whyAnswer } from "../../contract/api/tasks/task-detail-api.ts";
import { runningAnswer, selectTasksAnswer, tasksAnswer } from "../../contract/api/tasks/task-list-api.ts";
import { statsAnswer } from "../../contract/api/tasks/stats-api.ts";
import { workersAnswer } from "../../contract/api/tasks/worker-api.ts";
import { dayNumber } from "../../contract/note-target.ts";
import type { Link } from "../../core/task/task-links.ts";
import type { WorkerRow } from "../../core/task/worker-rows.ts";
import type { ExplainedDecision } from "../../core/why/explain.ts";
import type { ShownFacts } from "../../core/why/why-json.ts";
import type { WhyAlert, WhyPhase, WhyReport, WhyTask } from "../../core/why/why-facts.ts";
import type { DatedFinding } from "../../core/why/finding.ts";
import type { Why } from "../../core/why/why.ts";
import type { DistantTask } from "../../store/lineage-queries.ts";
import type { RunningTask, WorkerActivity, WorkerInstance } from "../../store/running-tasks.ts";
import type { DeadLetterRow, TaskHistory } from "../../store/store.ts";
import type { TaskRow } from "../../store/task-queries.ts";
import type { LogSummary } from "../../task-logs/log-summary.ts";
import { SEARCH_MS, type ListedTasks, type ShownTask, type ShownWhy, type TaskReads } from "../reads/task-reads.ts";
import { type ApiClient, orNull } from "./api-client.ts";
import { pagesOf } from "./pages.ts";
import { recordIds } from "./record-ids.ts";
import { msOf, notesOf, rowOf, rowsOf, type ShownNote, type ShownRow } from "./rows.ts";

/** Records of a run whose reasons are shown, as of the database. */
const MAX_WHY = 50;

interface Clock {
  readonly zone: string;
  readonly now: () => number;
}

export function remoteTaskReads(client: ApiClient, { zone, now }: Clock): TaskReads {
  /** What each of the records that an id names is; those that are gone are left out. */
  async function each<T>(id: string, most: number, read: (recordId: number) => Promise<T>): Promise<readonly T[]> {
    const found: T[] = [];
    for (const recordId of (await recordIds(id, client)).slice(0, most)) {
      const one = await orNull("unknown_task", read(recordId));
      if (one !== null) found.push(one);
    }
    return found;
  }
  const taskOf = (id: number) => client.get(`/api/tasks/${id}`, taskAnswer);
  return {
    list: async ({ search, type, job, result, state, before, number }) => {
      const filter = definedOf({ type, job, result, state });
      const body = { query: search?.text ?? "", tz: zone, ...filter };
      const rows: z.output<typeof tasksAnswer>["tasks"] = [];
      const until = search === null ? Infinity : now() + SEARCH_MS;
      let page: z.output<typeof tasksAnswer>;
      let from = before;
      do {
        const limit = Math.min(MAX_PAGE, number - rows.length);
        page = await client.post("/api/tasks/search", tasksAnswer, { ...body, ...definedOf({ before: from }), limit });
        rows.push(...page.tasks);
        from = page.next_before;
      } while (from !== null && rows.length < number && now() < until);
      const listed = rows.map(({ notes: _notes, ...task }) => rowOf<TaskRow>(task));
      const notes = rows.flatMap((row) => notesOf("task", row.first_attempt_id, row.notes));
      return { rows: listed, notes, ...endOf(page, listed, search === null ? number : null) };
    },
    shown: (id) => each(id, Infinity, async (recordId) => shownTask(await taskOf(recordId))),
    why: (id) =>
      each(id, MAX_WHY, async (recordId) => shownWhy(await client.get(`/api/tasks/${recordId}/why`, whyAnswer))),
    outcomes: (id) => each(id, Infinity, async (recordId) => shownTask(await taskOf(recordId)).history),
    run: async (id, { depth, count }) => {
      const [recordId] = await recordIds(id, client);
      if (recordId === undefined) return null;
      const path = `/api/tasks/${recordId}/graph`;
      const found = await orNull("unknown_task", client.get(path, graphAnswer, { depth, count }));
      if (found === null) return null;
      const { tasks, caps, truncated } = found;
      const rows = rowsOf<DistantTask>(tasks as readonly ShownRow<DistantTask>[]);
      return { id: rows[0]?.id ?? id, caps, tasks: rows, truncated };
    },
    underWay: async ({ type, job, number: limit }) => {
      const { tasks, pagination } = await client.get("/api/running", runningAnswer, { type, job, limit });
      return { tasks: rowsOf<RunningTask>(tasks), isMore: pagination.total_is === "at_least" };
    },
    workers: async () => {
      const asked = { query: {}, number: null };
      const { rows } = await pagesOf(client, "/api/workers", workersAnswer, asked, ({ workers }) => workers);
      return rows.map(({ instances, ...row }) => ({
        ...rowOf<Omit<WorkerRow<WorkerActivity>, "instances">>(row),
        instances: rowsOf<WorkerInstance>(instances),
      }));
    },
    stats: async (span) => {
      const query = { from: new Date(span.from).toISOString(), until: new Date(span.until).toISOString() };
      const { notes, ...summary } = await client.get("/api/stats", statsAnswer, query);
      return {
        summary: { ...summary, from: msOf(summary.from), until: msOf(summary.until) },
        notes: notes.flatMap(({ day, ...note }) => notesOf("day", dayNumber(day) ?? 0, [note])),
      };
    },
    deadLetters: async ({ limit, before, includeRedriven: redriven }) => {
      const asked = { query: { redriven, before }, number: limit };
      const { rows } = await pagesOf(
        client,
        "/api/dead-letters",
        deadLettersAnswer,
        asked,
        (page) => page.dead_letters,
      );
      return rowsOf<DeadLetterRow>(rows);
    },
    select: async ({ text: query }) =>
      (await client.post("/api/tasks/select", selectTasksAnswer, { query, tz: zone })).record_ids,
  };
}

/** Where the list continues. `number`: of the newest of all, as many as were asked for. */
function endOf(
  { next_before: next, searched_to: searchedTo, unindexed }: z.output<typeof tasksAnswer>,
  rows: readonly TaskRow[],
  number: number | null,
): Pick<ListedTasks, "next" | "searchedTo" | "unindexed"> {
  if (number === null) return { next, searchedTo: msOf(searchedTo), unindexed };
  return { next: rows.length === number ? (rows.at(-1)?.record_id ?? null) : null, searchedTo: null, unindexed };
}

function definedOf(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

interface Beside {
  readonly notes: readonly ShownNote[];
  readonly links: readonly object[];
  readonly log: object | null;
  readonly zone: string;
}

function beside({ notes, links, log, zone }: Beside, firstAttempt: number) {
  return {
    notes: notesOf("task", firstAttempt, notes),
    links: links as readonly Link[],
    log: log as LogSummary | null,
    zone,
  };
}

function shownTask(answer: z.output<typeof taskAnswer>): ShownTask {
  const { task, phase, parents, children, more_children, decisions } = answer;
  return {
    ...beside(answer, task.first_attempt_id),
    history: {
      task: rowOf<TaskRow>(task),
      parents: parents as TaskHistory["parents"],
      children: children as TaskHistory["children"],
      more_children,
    },
    decisions: rowsOf<ExplainedDecision>(decisions),
    phase: phase as ShownTask["phase"],
  };
}

function shownWhy(answer: z.output<typeof whyAnswer>): ShownWhy {
  const { because, events, standing, notes: _notes, links: _links, log: _log, zone: _zone, ...json } = answer;
  // Its fields are those of the facts, with times as text; the document names only the most important ones.
  const rest = json as unknown as ShownFacts;
  const task = rowOf<WhyTask>(rest.task);
  const { notes: onPhase = [], ...phase } = (rest.phase ?? {}) as WhyPhase & { readonly notes?: readonly ShownNote[] };
  const facts = {
    ...rest,
    task,
    report: rest.report === null ? null : rowOf<WhyReport>(rest.report),
    phase: rest.phase === null ? null : rowOf<WhyPhase>(phase),
    version: rest.version === null ? null : rowOf(rest.version),
    parents: rowsOf(rest.parents),
    children: rowsOf(rest.children),
    file: rest.file === null ? null : rowOf(rest.file),
    outbox: rowOf(rest.outbox),
    alerts: rowsOf<WhyAlert>(rest.alerts).map((alert) => ({ ...alert, notifications: rowsOf(alert.notifications) })),
    dead_letters: rowsOf(rest.dead_letters),
  } as ShownFacts;
  return {
    ...beside(answer, task.first_attempt_id),
    facts,
    answer: { because, events: rowsOf<DatedFinding>(events as readonly ShownRow<DatedFinding>[]), standing } as Why,
    phaseNotes: notesOf("phase", phase.id, onPhase),
  };
}
