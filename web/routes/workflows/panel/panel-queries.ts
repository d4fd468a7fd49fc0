import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { statsAnswer } from "../../../../src/contract/api/tasks/stats-api.ts";
import type { facetsAnswer, failuresAnswer, tasksAnswer } from "../../../../src/contract/api/tasks/task-list-api.ts";
import type { issuesAnswer } from "../../../../src/contract/api/workflows/workflow-api.ts";
import type { PhaseName } from "../../../acting/ask.ts";
import { get } from "../../../services/api.ts";
import { condition, ofKind } from "../../../services/query-text.ts";

type Facets = z.output<typeof facetsAnswer>;
type Stats = z.output<typeof statsAnswer>;

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** The tasks of a phase in the query language. */
export function tasksOf({ type, job, workflow }: PhaseName): string {
  return `${ofKind(type, job)} ${condition("workflow", workflow)}`;
}

/** How its tasks stand now. */
export function nowQuery(phase: PhaseName) {
  return queryOptions({
    queryKey: ["tasks", "phase", phase, "now"],
    queryFn: async ({ signal }) => {
      const query = tasksOf(phase);
      const read = (more: string): Promise<Facets> =>
        get<Facets>("/api/tasks/facets", { query: `${query} ${more}` }, signal);
      const [open, retrying, failed] = await Promise.all([
        read("state:waiting,queued,sent,running,overdue"),
        read("state:waiting,queued attempt>=1"),
        get<z.output<typeof failuresAnswer>>("/api/tasks/failures", { query: `${query} unresolved:true` }, signal),
      ]);
      const states = Object.fromEntries(open.facets["state"]?.map(({ value, count }) => [value, count]) ?? []);
      const seen = failed.groups.map(({ first_seen: first }) => Date.parse(first));
      const since = seen.length === 0 ? null : Math.min(...seen);
      return { states, retrying: retrying.total, failed: failed.total, since };
    },
    staleTime: 5000,
  });
}

/** Runs that are compared. */
export const RUNS = 20;

/** The newest first; a retry is a run of its own. */
export function phaseRunsQuery(phase: PhaseName) {
  return queryOptions({
    queryKey: ["tasks", "phase", phase, "runs"],
    queryFn: async ({ signal }) => {
      const asked = { query: tasksOf(phase), limit: RUNS };
      return (await get<z.output<typeof tasksAnswer>>("/api/tasks", asked, signal)).tasks;
    },
    staleTime: 15_000,
  });
}

/** Of each type and job in the last 24 hours, from counters: one answer for all phases of an hour. */
export function dayStatsQuery(now: number) {
  const until = Math.ceil(now / HOUR) * HOUR;
  const asked = { from: new Date(until - DAY).toISOString(), until: new Date(until).toISOString() };
  return queryOptions({
    queryKey: ["stats", asked],
    queryFn: ({ signal }) => get<Stats>("/api/stats", asked, signal),
    staleTime: 60_000,
  });
}

/** Records of the last 24 hours, and how many of them are retries. */
export function retriedQuery(phase: PhaseName) {
  return queryOptions({
    queryKey: ["tasks", "phase", phase, "retried"],
    queryFn: async ({ signal }) => {
      const query = `${tasksOf(phase)} decided>-24h`;
      const [all, retried] = await Promise.all([
        get<Facets>("/api/tasks/facets", { query }, signal),
        get<Facets>("/api/tasks/facets", { query: `${query} attempt>=1` }, signal),
      ]);
      return all.total === 0 ? null : retried.total / all.total;
    },
    staleTime: 30_000,
  });
}

const MAX_ISSUES = 500;

/** Of the newest version of a file. */
export function issuesQuery(path: string) {
  return queryOptions({
    queryKey: ["workflows", "issues", path],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof issuesAnswer>>("/api/workflows/issues", { path, limit: MAX_ISSUES }, signal)).issues,
    staleTime: 30_000,
  });
}
