import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type { alertDaysAnswer, alertsAnswer, alertSummaryAnswer } from "../../../src/contract/api/alerts/alert-api.ts";
import type { channelsAnswer } from "../../../src/contract/api/alerts/channel-api.ts";
import type { notificationsAnswer } from "../../../src/contract/api/alerts/notification-api.ts";
import type {
  alertMatcher,
  previewSilenceAnswer,
  silencesAnswer,
} from "../../../src/contract/api/alerts/silence-api.ts";
import { change, get } from "../../services/api.ts";
import type { Span } from "./range.ts";
import type { Filters } from "./search.ts";

type AlertsAnswer = z.output<typeof alertsAnswer>;
type NotificationsAnswer = z.output<typeof notificationsAnswer>;
export type ShownAlert = AlertsAnswer["alerts"][number];
export type AlertGroups = z.output<typeof alertSummaryAnswer>;
export type Channel = z.output<typeof channelsAnswer>["channels"][number];
export type ShownNotification = NotificationsAnswer["notifications"][number];
export type ShownSilence = z.output<typeof silencesAnswer>["silences"][number];
export type Matcher = z.output<typeof alertMatcher>;
export type Preview = z.output<typeof previewSilenceAnswer>;

/** What a silence is about: one alert, or those that the matcher matches. */
export interface Scope {
  readonly alert_id: number | null;
  readonly matcher: Matcher;
}

const PAGE = 500;
const MESSAGES = 100;

export interface AlertsAsked {
  readonly filters: Filters;
  readonly span: Span;
}

function conditionsOf({ alert, ...rest }: Filters): Readonly<Record<string, string>> {
  return { ...rest, ...(alert === undefined ? {} : { alert_type: alert }) };
}

function parametersOf({ filters, span }: AlertsAsked): Readonly<Record<string, string>> {
  return {
    ...conditionsOf(filters),
    since: new Date(span.from).toISOString(),
    until: new Date(span.until).toISOString(),
  };
}

/** Page by page, the newest first: each page says where the next begins. */
export function alertsQuery(asked: AlertsAsked) {
  return infiniteQueryOptions({
    queryKey: ["alerts", "list", asked],
    queryFn: ({ pageParam, signal }) =>
      get<AlertsAnswer>("/api/alerts", { ...parametersOf(asked), limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
    placeholderData: keepPreviousData,
  });
}

/** How many there are, at most as many as a page has. */
export function alertCountQuery(asked: AlertsAsked) {
  return queryOptions({
    queryKey: ["alerts", "count", asked],
    queryFn: async ({ signal }) => {
      const { alerts, pagination } = await get<AlertsAnswer>(
        "/api/alerts",
        { ...parametersOf(asked), limit: PAGE },
        signal,
      );
      return { count: alerts.length, isMore: pagination.next_cursor !== null };
    },
  });
}

/** The newest that matches, whenever it was; null: none does. */
export function newestQuery(filters: Filters) {
  return queryOptions({
    queryKey: ["alerts", "newest", filters],
    queryFn: async ({ signal }) => {
      const { alerts } = await get<AlertsAnswer>("/api/alerts", { ...conditionsOf(filters), limit: 1 }, signal);
      return alerts[0] ?? null;
    },
  });
}

/** The newest of what matches; `isMore`: there are older ones. */
export interface AlertPart {
  readonly alerts: readonly ShownAlert[];
  readonly isMore: boolean;
}

/** The newest of the range as they are now, while the list keeps its rows. */
export function newsQuery(asked: AlertsAsked) {
  return queryOptions({
    queryKey: ["alert-news", asked],
    queryFn: async ({ signal }): Promise<AlertPart> => {
      const asks = { ...parametersOf(asked), limit: PAGE };
      const { alerts, pagination } = await get<AlertsAnswer>("/api/alerts", asks, signal);
      return { alerts, isMore: pagination.next_cursor !== null };
    },
    staleTime: 0,
  });
}

/** Open alerts with exactly this message. */
export function sameMessageQuery(message: string) {
  return queryOptions({
    queryKey: ["alerts", "same", message],
    queryFn: async ({ signal }) => {
      const text = message.slice(0, PAGE);
      const { alerts } = await get<AlertsAnswer>("/api/alerts", { state: "open", text, limit: PAGE }, signal);
      return alerts.filter((one) => one.message === message);
    },
    enabled: message !== "",
  });
}

export const groupsQuery = queryOptions({
  queryKey: ["alerts", "groups"],
  queryFn: ({ signal }) => get<AlertGroups>("/api/alerts/summary", {}, signal),
});

/** Days as `2026-11-30`, both included. */
export function daysQuery(asked: { readonly from: string; readonly to: string; readonly tz: string }) {
  return queryOptions({
    queryKey: ["alerts", "days", asked],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof alertDaysAnswer>>("/api/alerts/days", { ...asked }, signal)).days,
    placeholderData: keepPreviousData,
  });
}

export const channelsQuery = queryOptions({
  queryKey: ["alerts", "channels"],
  queryFn: async ({ signal }) => (await get<z.output<typeof channelsAnswer>>("/api/channels", {}, signal)).channels,
});

export function notificationsQuery(channel: string | null) {
  return infiniteQueryOptions({
    queryKey: ["alerts", "notifications", channel],
    queryFn: ({ pageParam, signal }) =>
      get<NotificationsAnswer>("/api/notifications", { channel, limit: MESSAGES, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ pagination }) => pagination.next_cursor,
  });
}

export function silencesQuery(ended: boolean) {
  return queryOptions({
    queryKey: ["alerts", "silences", ended],
    queryFn: async ({ signal }) =>
      (await get<z.output<typeof silencesAnswer>>("/api/silences", { ended, limit: MESSAGES }, signal)).silences,
  });
}

/** What a silence would cover, and which messages since then it would have held back. */
export function previewQuery(scope: Scope, since: number) {
  return queryOptions({
    queryKey: ["alerts", "preview", scope, since],
    queryFn: () => change<Preview>("POST", "/api/silences/preview", { ...scope, since: new Date(since).toISOString() }),
    placeholderData: keepPreviousData,
  });
}
