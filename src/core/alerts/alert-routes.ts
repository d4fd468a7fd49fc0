import { matchesAlert, type AlertMatcher, type MatchedAlert } from "./alert-matcher.ts";

/** A channel as the decisions see it: which alerts it gets, and how often it may be notified. Milliseconds. */
export interface ChannelRoute {
  readonly name: string;
  readonly matcher: AlertMatcher;
  readonly minFrequency: number;
  /** Never below `minFrequency`. */
  readonly maxFrequency: number;
  /** Whether it is notified of the end of what it was notified of. */
  readonly sendResolved: boolean;
  /** Most alerts of one notification, where the receiver gets each by itself; the rest follows at once. */
  readonly maxAlerts?: number;
}

export interface RoutedAlert extends MatchedAlert {
  readonly cause: string;
  /** Channels that the rule names. */
  readonly notify: readonly string[];
}

/**
 * Whether this one of the channels is notified of the alert: the rule names it, or the rule names no configured channel
 * and its matcher matches. A channel is not notified of its own failures.
 */
export function isRoutedTo(route: ChannelRoute, alert: RoutedAlert, names: ReadonlySet<string>): boolean {
  if (alert.type === "send_failed" && alert.cause === route.name) return false;
  const named = alert.notify.filter((name) => names.has(name));
  return named.length > 0 ? named.includes(route.name) : matchesAlert(route.matcher, alert);
}
