import { QueryClient, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { meAnswer } from "../../src/contract/api/access/access-api.ts";
import type { fileAnalyticsAnswer } from "../../src/contract/api/files/file-list-api.ts";
import type { backupsAnswer } from "../../src/contract/api/instance/backup-api.ts";
import type { metricsAnswer } from "../../src/contract/api/instance/metrics-api.ts";
import type { StatusAnswer } from "../../src/contract/api/instance/status-answer.ts";
import type { SummaryAnswer } from "../../src/contract/api/instance/summary-api.ts";
import type { backfillsAnswer } from "../../src/contract/api/workflows/backfill-api.ts";
import type { issuesAnswer } from "../../src/contract/api/workflows/workflow-api.ts";
import type { graphAnswer } from "../../src/contract/api/workflows/plan-api.ts";
import { ApiError, get } from "./api.ts";

export type MetricsAnswer = z.output<typeof metricsAnswer>;
type BackfillsAnswer = z.output<typeof backfillsAnswer>;
type BackupsAnswer = z.output<typeof backupsAnswer>;

/** Figures that no event announces are asked for again this often, while the page is seen. */
export const POLL_MS = 15_000;

/** A refusal is an answer; only what does not answer is asked again. */
function isWorthRetrying(failures: number, error: Error): boolean {
  return failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500);
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: isWorthRetrying, staleTime: 5000, networkMode: "always" } },
});

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => get<z.output<typeof meAnswer>>("/api/me", {}, signal),
  staleTime: 60_000,
});

export const statusQuery = queryOptions({
  queryKey: ["health"],
  queryFn: ({ signal }) => get<StatusAnswer>("/status", { verbose: 1 }, signal),
});

export interface SummaryAsked {
  readonly period: "hour" | "day" | "week" | "month";
  /** RFC 3339; null: now. */
  readonly at: string | null;
  readonly tz: string;
}

export function summaryQuery(asked: SummaryAsked) {
  return queryOptions({
    queryKey: ["summary", asked],
    queryFn: ({ signal }) => get<SummaryAnswer>("/api/summary", { ...asked }, signal),
  });
}

/** How many files of the day that begins then matched no phase. */
export function unmatchedTodayQuery(start: number) {
  return queryOptions({
    queryKey: ["files", "unmatched today", start],
    queryFn: async ({ signal }) => {
      const since = new Date(start).toISOString();
      const { all } = await get<z.output<typeof fileAnalyticsAnswer>>(
        "/api/files/analytics",
        { since, limit: 1 },
        signal,
      );
      return all?.hours.reduce((sum, { hour, unmatched }) => sum + (hour >= since ? unmatched : 0), 0) ?? 0;
    },
    staleTime: 15_000,
  });
}

/** The newest that is not being made; null: there is none, or no place for backups. */
export const lastBackupQuery = queryOptions({
  queryKey: ["backups", "last"],
  queryFn: async ({ signal }) => {
    const { backups } = await get<BackupsAnswer>("/api/backups", { limit: 2 }, signal);
    return backups.find(({ state }) => state !== "running") ?? null;
  },
  staleTime: 60_000,
});

/** Errors that are counted. */
const MAX_ERRORS = 500;

/** How many workflow files have an error. */
export const brokenFilesQuery = queryOptions({
  queryKey: ["workflows", "broken"],
  queryFn: async ({ signal }) => {
    const asked = { severity: "error", limit: MAX_ERRORS };
    const { issues } = await get<z.output<typeof issuesAnswer>>("/api/workflows/issues", asked, signal);
    return new Set(issues.map(({ path }) => path)).size;
  },
  staleTime: 30_000,
});

/** The phases in force, each with its newest task. */
export const phasesQuery = queryOptions({
  queryKey: ["workflows", "phases"],
  queryFn: ({ signal }) => get<z.output<typeof graphAnswer>>("/api/workflows/graph", { days: 1 }, signal),
  staleTime: 30_000,
});

/** Backfills that go on or are paused, the newest first. */
export const runningBackfillsQuery = queryOptions({
  queryKey: ["backfills", "running"],
  queryFn: async ({ signal }) => {
    const [running, paused] = await Promise.all(
      ["running", "paused"].map((state) => get<BackfillsAnswer>("/api/backfills", { state, limit: 100 }, signal)),
    );
    return [...(running?.backfills ?? []), ...(paused?.backfills ?? [])].toSorted((a, b) => b.id - a.id);
  },
});

export const metricsQuery = queryOptions({
  queryKey: ["health", "metrics"],
  queryFn: ({ signal }) => get<MetricsAnswer>("/api/metrics", {}, signal),
  refetchInterval: POLL_MS,
});
