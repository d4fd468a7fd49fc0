import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { scheduleAnswer } from "../../../../src/contract/api/workflows/plan-api.ts";
import type { ClockChangesAnswer, LoadAnswer } from "../../../../src/contract/api/workflows/schedule-api.ts";
import { MINUTE } from "../../../../src/contract/time/time-units.ts";
import { get } from "../../../services/api.ts";
import type { Span } from "../../../services/query-text.ts";

type ScheduleAnswer = z.output<typeof scheduleAnswer>;
export type Tick = ScheduleAnswer["ticks"][number];
export type ScheduledPhase = LoadAnswer["phases"][number];
export type ClockChange = ClockChangesAnswer["changes"][number];

interface LoadAsked extends Span {
  readonly by: "hour" | "day";
  readonly tz: string;
  /** Also what each phase does. */
  readonly phases: boolean;
}

function text(at: number): string {
  return new Date(at).toISOString();
}

/** Ticks and tasks by hour or day. What is made meanwhile no event announces. */
export function loadQuery({ from, until, ...asked }: LoadAsked) {
  return queryOptions({
    queryKey: ["schedule", "load", from, until, asked],
    queryFn: ({ signal }) =>
      get<LoadAnswer>("/api/schedule/load", { from: text(from), to: text(until), ...asked }, signal),
    staleTime: 30_000,
    refetchInterval: asked.phases ? MINUTE : false,
  });
}

export const changesQuery = queryOptions({
  queryKey: ["schedule", "changes"],
  queryFn: async ({ signal }) => (await get<ClockChangesAnswer>("/api/schedule/clock-changes", {}, signal)).changes,
  staleTime: 10 * MINUTE,
});

/** The first ticks after now; asked for again as they come. */
export function nextTicksQuery(minute: number) {
  return queryOptions({
    queryKey: ["schedule", "first", minute],
    queryFn: async ({ signal }) => (await get<ScheduleAnswer>("/api/schedule", { limit: 50 }, signal)).ticks,
    staleTime: MINUTE,
  });
}

/** At most so many ticks are looked at for a drawing. */
export const MAX_DRAWN = 500;

export function ticksBetweenQuery({ from, until }: Span) {
  return queryOptions({
    queryKey: ["schedule", "between", from, until],
    queryFn: async ({ signal }) =>
      (await get<ScheduleAnswer>("/api/schedule", { from: text(from), to: text(until), limit: MAX_DRAWN }, signal))
        .ticks,
    staleTime: 10 * MINUTE,
  });
}

const PAGE = 100;

/** All ticks from a moment on, a page at a time; null: from now. */
export function tickListQuery(from: number | null) {
  return infiniteQueryOptions({
    queryKey: ["schedule", "list", from],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      get<ScheduleAnswer>(
        "/api/schedule",
        {
          limit: PAGE,
          ...(from === null ? {} : { from: text(from) }),
          ...(pageParam === "" ? {} : { cursor: pageParam }),
        },
        signal,
      ),
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
    staleTime: 60_000,
  });
}
