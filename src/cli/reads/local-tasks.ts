import { lackingWorker } from "../../config/lacks-worker.ts";
import { noteDaysOf } from "../../core/stats/note-days.ts";
import { linksOf } from "../../core/task/task-links.ts";
import { inWorkingOrder } from "../../core/task/under-way.ts";
import { workerRows } from "../../core/task/worker-rows.ts";
import { explainAll } from "../../core/why/explain.ts";
import { why } from "../../core/why/why.ts";
import { DAY } from "../../contract/time/time-units.ts";
import type { TaskQuery, TextField } from "../../contract/query/task-query.ts";
import type { WorkerActivity } from "../../store/running-tasks.ts";
import type { ReadStore } from "../../store/store.ts";
import type { TaskPage, TaskRow } from "../../store/task-queries.ts";
import { logsOf } from "./local-logs.ts";
import type { LocalParts } from "./local-parts.ts";
import { SEARCH_MS, type ListedTasks, type TaskListRequest, type TaskReads } from "./task-reads.ts";

export function localTasks(parts: LocalParts): TaskReads {
  const { open, options, zone, now } = parts;
  return {
    list: async (request) => {
      const reader = await open();
      const { search } = request;
      const listed = search === null ? await newest(reader, request) : await found(reader, search.query, request, now);
      const notes = await reader.notes.of(
        "task",
        listed.rows.map((row) => row.first_attempt_id),
      );
      return { ...listed, notes };
    },
    shown: async (id) => {
      const reader = await open();
      const { notes, phases } = reader;
      const histories = await reader.taskHistory(id);
      if (histories.length === 0) return [];
      const logs = await logsOf(id, parts);
      const firsts = histories.map(({ task }) => task.first_attempt_id);
      const allNotes = await notes.of("task", firsts);
      const allPhases = await phases.ofTasks(histories.map(({ task }) => task.record_id));
      return histories.map(({ decisions, ...history }) => {
        const { task } = history;
        const ofTask = task.task_zone ?? zone;
        return {
          history,
          decisions: explainAll(decisions, ofTask),
          notes: allNotes.filter((note) => note.target_id === task.first_attempt_id),
          phase: allPhases.find(({ of }) => of === task.record_id) ?? null,
          links: linksOf(options.links, { ...task, record: task.record_id }),
          log: logs.get(task.record_id) ?? null,
          zone: ofTask,
        };
      });
    },
    why: async (id) => {
      const { lineage, notes } = await open();
      const all = await lineage.why(id);
      if (all.length === 0) return [];
      const firsts = all.map(({ task }) => task.first_attempt_id);
      const onTasks = await notes.of("task", firsts);
      const phaseIds = all.flatMap(({ phase }) => phase?.id ?? []);
      const onPhases = await notes.of("phase", phaseIds);
      const logs = await logsOf(id, parts);
      return all.map((facts) => {
        const { task, phase } = facts;
        const ofTask = task.task_zone ?? zone;
        return {
          facts,
          answer: why(facts, now(), ofTask, lackingWorker(task, options)?.sentence ?? null),
          notes: onTasks.filter((note) => note.target_id === task.first_attempt_id),
          phaseNotes: onPhases.filter((note) => note.target_id === phase?.id),
          links: linksOf(options.links, { ...task, record: task.record_id }),
          log: logs.get(task.record_id) ?? null,
          zone: ofTask,
        };
      });
    },
    outcomes: async (id) => await (await open()).taskHistory(id),
    run: async (id, caps) => await (await open()).lineage.run(id, caps),
    underWay: async ({ number, ...filter }) => {
      const tasks = inWorkingOrder(await (await open()).running.tasks({ ...filter, limit: number + 1 }));
      return { tasks: tasks.slice(0, number), isMore: tasks.length > number };
    },
    workers: async () => {
      const heard = await (await open()).running.workers(Math.floor(now() / DAY) * DAY);
      const none = { sent: 0, running: 0, done: 0, failed: 0, last_heard: null, instances: [] };
      return workerRows(heard, options.workers, (kind): WorkerActivity => ({ ...kind, ...none }));
    },
    stats: async (span) => {
      const { stats, notes } = await open();
      const summary = await stats.summary(span);
      return { summary, notes: await notes.of("day", noteDaysOf(summary, zone)) };
    },
    deadLetters: async (filter) => await (await open()).deadLetters(filter),
    select: async ({ query }) => {
      const { selectTasksIn } = await import("../../app/offline.ts");
      return await selectTasksIn(await open(), query);
    },
  };
}

async function newest(reader: ReadStore, request: TaskListRequest): Promise<Omit<ListedTasks, "notes">> {
  const { search: _search, number, ...filter } = request;
  const rows = await reader.tasks({ ...filter, limit: number });
  const next = rows.length === number ? (rows.at(-1)?.record_id ?? null) : null;
  return { rows, next, searchedTo: null, unindexed: 0 };
}

/** Reads page after page until there are enough rows, no older records, or the time is up. */
async function found(
  reader: ReadStore,
  asked: TaskQuery,
  { number, before, type, job, result, state }: TaskListRequest,
  now: () => number,
): Promise<Omit<ListedTasks, "notes">> {
  const others = Object.entries({ type, job, result, state }).flatMap(([field, value]): TaskQuery[] =>
    value === null ? [] : [{ kind: "text", field: field as TextField, values: [[value]] }],
  );
  const query: TaskQuery = others.length === 0 ? asked : { kind: "and", terms: [asked, ...others] };
  const until = now() + SEARCH_MS;
  const rows: TaskRow[] = [];
  let page: TaskPage;
  let from = before;
  do {
    page = await reader.searchTasks({ query, before: from, limit: number - rows.length });
    rows.push(...page.rows);
    from = page.next;
  } while (from !== null && rows.length < number && now() < until);
  return { rows, next: page.next, searchedTo: page.searched_to, unindexed: page.unindexed };
}
