import { afterAtOnce, afterSummary, firstState, type ChannelState } from "./alert-cadence.ts";
import { silenceDecider, type SilenceDecider } from "./silences.ts";
import { isRoutedTo, type ChannelRoute, type RoutedAlert } from "./alert-routes.ts";
import type { NotifiedAlert } from "../../contract/api/notified-alert.ts";
import { aboutText } from "./about-text.ts";
import { atOnceText, detailedSummary, type NotifiedOccurrence } from "./alert-text.ts";
import { resolvedText } from "./resolved-text.ts";
import { wallTime } from "../time/zone.ts";

export type NoticeKind = "at_once" | "summary";

/** The state of a channel: its row, and its notifications that are not delivered yet. */
export interface ChannelStatus {
  readonly state: ChannelState;
  /** Kinds with a notification that the receiver has not accepted yet. */
  readonly unfinished: ReadonlySet<NoticeKind>;
}

/** Open alerts that occurred after this occurrence: the input of the decision about one channel and kind. */
export interface PendingQuery {
  readonly channel: string;
  readonly kind: NoticeKind;
  readonly afterId: number;
  /** Most alerts, where the channel has a limit of its own. */
  readonly limit?: number;
}

/** An open alert of which the channel was not notified since it last occurred. */
export interface PendingAlert extends RoutedAlert {
  readonly alert: NotifiedAlert;
  /** The first few of the immediate ones, oldest first; none for a summary. */
  readonly occurrences: readonly NotifiedOccurrence[];
}

export interface FoundNews {
  readonly need: PendingQuery;
  readonly pending: readonly PendingAlert[];
  /** The last occurrence that the notification includes, when there are more than fit into one; null when all fit. */
  readonly untilId: number | null;
  /** Resolved alerts of which the channel was notified while they were open; none when it is not to be notified of them again. */
  readonly resolved: FoundEnds;
}

/** Without those that are pending because they recovered. */
export interface FoundEnds {
  /** The first 200, oldest first. */
  readonly alerts: readonly NotifiedAlert[];
  /** Of all. */
  readonly count: number;
}

export interface NewNotification {
  readonly channel: string;
  readonly kind: NoticeKind;
  readonly deliveryId: string;
  readonly text: string;
  /** All pending ones. */
  readonly alerts: readonly NotifiedAlert[];
  /** Resolved ones of which the channel was notified before. */
  readonly resolved: FoundEnds;
  readonly occurrences: number;
  readonly afterId: number;
  readonly untilId: number;
}

export interface ChannelDecision {
  readonly state: ChannelState;
  /** Null: the channel is not notified. */
  readonly notification: NewNotification | null;
}

export interface NotificationPlan {
  /** In this order. */
  readonly decided: readonly ChannelDecision[];
  /** When a channel is due next as far as is known now, null for never; a new immediate alert wakes the planner itself. */
  readonly nextAt: number | null;
}

export interface NotificationDecider {
  readonly routes: readonly ChannelRoute[];
  /** What begins or ends before anybody is notified. */
  readonly silences: SilenceDecider;
  /** A new channel; its alerts begin after that occurrence. */
  first(route: ChannelRoute, afterId: number): ChannelState;
  needs(channels: readonly ChannelStatus[]): readonly PendingQuery[];
  /** What was found for each of `needs`, in their order; `newestId` is the newest occurrence there is. */
  decide(channels: readonly ChannelStatus[], found: readonly FoundNews[], newestId: number): NotificationPlan;
}

export interface PlanContext {
  readonly routes: readonly ChannelRoute[];
  readonly now: number;
  readonly newId: () => string;
  /** Host and port of the page of alerts, as people reach it; null while no such page is served. */
  readonly instance: string | null;
  readonly zone: string;
  /** The first turn since the start: every channel is due. */
  readonly isStart: boolean;
  /** The clock was set back since the last turn: when a channel is due by the former time says nothing. */
  readonly isClockSetBack?: boolean;
}

/** Occurrences with their text in one immediate notification; the others are counted. */
export const MAX_TEXTS = 10;
/** Alerts of one summary that are listed as resolved; the others are counted. */
const MAX_RESOLVED = 50;

/** Which channels are notified of what now. There is one undelivered notification a channel and kind; newer alerts wait. */
export function notificationDecider(context: PlanContext): NotificationDecider {
  const { routes, now } = context;
  return {
    routes,
    silences: silenceDecider(now),
    first: (route, afterId) => firstState(route, afterId, now),
    needs: (channels) => channels.flatMap((channel) => needsOf(channel, context)),
    decide: (channels, found, newestId) => {
      const decided: ChannelDecision[] = [];
      const times = channels.flatMap(({ state: before, unfinished: unsent }) => {
        let state = before;
        const unfinished = new Set(unsent);
        for (const news of found) {
          const { need, pending, resolved } = news;
          // Immediate alerts are checked at every turn: without any the row stays as it is.
          if (need.channel !== state.name) continue;
          if (need.kind === "at_once" && pending.length === 0 && resolved.count === 0) {
            if (state.immediateNextAt <= now) continue;
            state = { ...state, immediateNextAt: now };
            decided.push({ state, notification: null });
            continue;
          }
          const decision = decideOne(state, news, newestId, context);
          decided.push(decision);
          ({ state } = decision);
          if (decision.notification !== null) unfinished.add(need.kind);
        }
        return timesOf({ state, unfinished }, now);
      });
      return { decided, nextAt: times.length === 0 ? null : Math.min(...times) };
    },
  };
}

function needsOf({ state, unfinished }: ChannelStatus, context: PlanContext): readonly PendingQuery[] {
  const { routes, now, isStart, isClockSetBack = false } = context;
  const needs: PendingQuery[] = [];
  const { maxAlerts: limit } = routes.find(({ name }) => name === state.name) ?? {};
  const channel = { channel: state.name, ...(limit === undefined ? {} : { limit }) };
  if (!unfinished.has("at_once") && (isClockSetBack || state.immediateNextAt <= now))
    needs.push({ ...channel, kind: "at_once", afterId: state.immediateCursorId });
  if (!unfinished.has("summary") && (isStart || isClockSetBack || state.nextAt <= now))
    needs.push({ ...channel, kind: "summary", afterId: state.cursorId });
  return needs;
}

function decideOne(
  state: ChannelState,
  { need, pending, untilId: lastId, resolved }: FoundNews,
  newestId: number,
  context: PlanContext,
): ChannelDecision {
  const { routes, now } = context;
  const route = routes.find((one) => one.name === need.channel);
  if (route === undefined) return { state, notification: null };
  const names = new Set(routes.map(({ name }) => name));
  const mine = pending.filter((one) => isRoutedTo(route, one, names));
  const hasNews = mine.length > 0 || resolved.count > 0;
  const untilId = lastId ?? newestId;
  const isMore = need.limit !== undefined && (lastId !== null || resolved.count >= need.limit);
  const after =
    need.kind === "summary"
      ? afterSummary(state, route, untilId, mine.length > 0, now)
      : afterAtOnce(state, untilId, hasNews, now);
  return {
    state: isMore && need.kind === "summary" ? { ...after, intervalMs: state.intervalMs, nextAt: now } : after,
    notification: hasNews ? notificationOf(need, mine, resolved, untilId, context) : null,
  };
}

/** When the channel is due; an undelivered notification wakes the planner when it ends. */
function timesOf({ state, unfinished }: ChannelStatus, now: number): readonly number[] {
  return [
    ...(unfinished.has("summary") ? [] : [state.nextAt]),
    ...(unfinished.has("at_once") || state.immediateNextAt <= now ? [] : [state.immediateNextAt]),
  ];
}

function notificationOf(
  { channel, kind, afterId }: PendingQuery,
  pending: readonly PendingAlert[],
  ends: FoundEnds,
  untilId: number,
  { newId, instance, zone, now }: PlanContext,
): NewNotification {
  const alerts = pending.map((one) => one.alert);
  const occurrences = alerts.reduce((sum, alert) => sum + alert.new_count, 0);
  const day = localDay(now, zone);
  const recovered = alerts.filter((alert) => alert.recovered);
  const texts = pending.flatMap((one) => one.occurrences).slice(0, MAX_TEXTS);
  const about = aboutText(alerts);
  const text =
    kind === "summary"
      ? `${detailedSummary(alerts, instance, day)}${about === "" ? "" : `${about}\n`}${resolvedText(ends, MAX_RESOLVED, zone)}`
      : [
          atOnceText(texts, Math.max(0, occurrences - texts.length), instance, day, recovered),
          about,
          resolvedText(ends, MAX_TEXTS, zone),
        ]
          .filter((part) => part !== "")
          .join("\n");
  return { channel, kind, deliveryId: newId(), text, alerts, resolved: ends, occurrences, afterId, untilId };
}

/** `2026-03-04`, as in the page's address. */
function localDay(ms: number, zone: string): string {
  const { year, month, day } = wallTime(ms, zone);
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
