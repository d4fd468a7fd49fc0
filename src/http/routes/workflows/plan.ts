import {
  ganttAnswer,
  ganttQuery,
  graphAnswer,
  graphQuery,
  gridAnswer,
  gridQuery,
  gridTasksAnswer,
  gridTasksQuery,
  scheduleAnswer,
  scheduleQuery,
} from "../../../contract/api/workflows/plan-api.ts";
import { notesOn } from "../../../engine/notes/notes-on.ts";
import type { ScheduledTick } from "../../../engine/queries/coming-ticks.ts";
import { askedPage, paginationOf, totalSeen } from "../../api/cursor.ts";
import { route } from "../../api/route.ts";
import { requestTime, timeText } from "../../request-time.ts";
import { requireFile } from "./files.ts";

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/workflows/graph",
    summary: "The phases in force and what follows what, over files too, with the newest task of each.",
    role: "viewer",
    scope: "rows",
    query: graphQuery,
    answer: graphAnswer,
    async handle({ query: { path, days }, scope }, deps) {
      if (path !== undefined) await requireFile(path, scope, deps);
      const { nodes, edges, missing } = await deps.queries.graph({ workflow: path ?? null, days, scope });
      return {
        nodes: nodes.map(({ phase, isOutside, last, counts, figures, nextAt, held }) => ({
          ...phaseJson(phase),
          line: phase.line,
          trigger: {
            cron: phase.rule.cronText,
            files: phase.rule.files ?? phase.rule.filesGlob,
            join: phase.rule.join === "all",
            on: phase.rule.on,
            require: [...phase.rule.require],
          },
          owner: phase.about.owner,
          paused: phase.rule.paused,
          held: held === null ? null : { ...held, until: timeText(held.until) },
          next_at: timeText(nextAt),
          outside: isOutside,
          last:
            last === null
              ? null
              : {
                  record_id: last.record_id,
                  state: last.state,
                  result: last.result,
                  task_time: last.taskTime,
                  at: timeText(last.at),
                },
          counts: counts === null ? null : { ...counts },
          now: {
            waiting: figures.waiting,
            retrying: figures.retrying,
            running: figures.running,
            failed: figures.failed,
          },
          run_ms: figures.run_ms,
          files: figures.files,
        })),
        edges: [...edges],
        missing: [...missing],
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/grid",
    summary: "What became of the task times of phases, a page of phases at a time.",
    role: "viewer",
    scope: "rows",
    query: gridQuery,
    answer: gridAnswer,
    async handle({ query, scope }, deps) {
      const page = askedPage(query.cursor, query);
      const { path = null, from = null, to = null, by, limit } = query;
      if (path !== null) await requireFile(path, scope, deps);
      const after = typeof page.after === "number" ? page.after : 0;
      const grid = await deps.queries.grid({ workflow: path, from, to, by, after, limit, scope });
      const last = grid.isLast ? null : (grid.phases.at(-1)?.id ?? null);
      return {
        phases: grid.phases.map((phase) => ({
          ...phaseJson(phase),
          zone: phase.rule.timezone ?? deps.runtime.zone,
        })),
        times: [...grid.times],
        cells: [...grid.cells],
        durations: grid.durations.map(({ time, began_at: began, ended_at: ended }) => ({
          time,
          began_at: timeText(began),
          ended_at: timeText(ended),
        })),
        pagination: paginationOf(page, query, last, { total: grid.total, total_is: "exact" }),
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/grid/tasks",
    summary: "The tasks of a phase by their task times, each by its latest attempt.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: gridTasksQuery,
    answer: gridTasksAnswer,
    async handle({ query: { phase, from, until }, scope }, deps) {
      const { tasks, isCut } = await deps.queries.phaseTasks({ phaseId: phase, from, until, scope });
      return {
        tasks: tasks.map((task) => ({
          ...task,
          due_at: timeText(task.due_at),
          created: timeText(task.created),
          started: timeText(task.started),
          ended: timeText(task.ended),
        })),
        cut: isCut,
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/workflows/gantt",
    summary: "When the tasks of a run were decided, created, started and ended.",
    role: "viewer",
    records: true,
    scope: "rows",
    query: ganttQuery,
    answer: ganttAnswer,
    async handle({ query, scope }, deps) {
      const run = await deps.queries.runChart({ run: query.run, scope });
      return {
        id: run.id,
        bars: run.tasks.map((task) => ({
          record_id: task.record_id,
          parent_id: task.parent_id,
          phase_id: task.phase_id,
          workflow: task.workflow,
          task: task.job === "" ? task.type : `${task.type}:${task.job}`,
          type: task.type,
          job: task.job,
          depth: task.depth,
          position: task.position,
          joined: task.joined,
          kind: task.kind,
          origin: task.origin,
          first_attempt_id: task.first_attempt_id,
          attempt: task.attempt,
          retries: task.retries,
          version_id: task.version_id,
          state: task.state,
          result: task.result,
          msg: task.msg,
          info: task.info,
          task_time: task.task_time,
          due_at: timeText(task.due_at),
          decided_at: timeText(task.decided_at),
          created: timeText(task.created),
          started: timeText(task.started),
          ended: timeText(task.ended),
        })),
        files: run.files.map((file) => ({ ...file, received_at: timeText(file.received_at) })),
        usual: [...run.usual],
        truncated: run.isTruncated,
      };
    },
  }),
  route({
    method: "GET",
    path: "/api/schedule",
    summary: "The coming ticks of all schedules, earliest first, and the clock changes between them.",
    role: "viewer",
    scope: "rows",
    query: scheduleQuery,
    answer: scheduleAnswer,
    async handle({ query, scope }, deps) {
      const page = askedPage(query.cursor, query);
      const { path = null, limit } = query;
      if (path !== null) await requireFile(path, scope, deps);
      const [at, phaseId, began] = Array.isArray(page.after) ? page.after : [];
      const after = typeof at === "number" && typeof phaseId === "number" ? { at, phaseId } : null;
      const asked = query.from === undefined ? deps.runtime.now() : requestTime("from", query.from, "/query");
      // A list from now on goes on from when it was begun.
      const from = typeof began === "number" ? began : asked;
      const until = query.to === undefined ? null : requestTime("to", query.to, "/query");
      const found = await deps.queries.schedule({
        from,
        until,
        workflow: path,
        after,
        limit,
        counts: query.counts,
        links: deps.instance.links,
        scope,
      });
      const ids = found.ticks.map(({ phase }) => phase.id);
      const notesOf = await notesOn("phase", ids, deps.reads);
      const end = found.ticks.at(-1);
      const last = found.isLast || end === undefined ? null : [end.at, end.phase.id, from];
      return {
        ticks: found.ticks.map((tick) => ({ ...tickJson(tick), notes: notesOf(tick.phase.id) })),
        zones: [...found.zones],
        clock_changes: found.changes.map(({ at: moved, zone, before, after: later, effects }) => ({
          at: timeText(moved),
          zone,
          moved_ms: later - before,
          effects: effects.map(({ phase, kind, time }) => ({ ...phaseJson(phase), kind, time })),
        })),
        pagination: paginationOf(
          page,
          query,
          last,
          totalSeen(page, limit, found.ticks.length + (found.isLast ? 0 : 1)),
        ),
      };
    },
  }),
];

type Phase = ScheduledTick["phase"];

function phaseJson({ id, workflow, task, type, job }: Pick<Phase, "id" | "workflow" | "task" | "type" | "job">) {
  return { phase_id: id, workflow, task, type, job };
}

function tickJson({ phase, zone, at, taskTime, info, isBatch, tasks, reason, held, links }: ScheduledTick) {
  return {
    ...phaseJson(phase),
    scheduled_at: timeText(at),
    zone,
    task_time: taskTime,
    info,
    batch: isBatch,
    tasks,
    reason,
    ...phase.about,
    links: [...links],
    held: held === null ? null : { until: timeText(held.until), by: held.by, reason: held.reason },
  };
}
