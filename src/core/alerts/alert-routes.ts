import { matchesAlert, type AlertMatcher, type MatchedAlert } from "./alert-matcher.ts";

/** A channel as the decisions see it: which alerts it takes, and how often it may be told. Milliseconds. */
export interface ChannelRoute {
  readonly name: string;
  readonly matcher: AlertMatcher;
  readonly minFrequency: number;
  /** Never below `minFrequency`. */
  readonly maxFrequency: number;
}

export interface RoutedAlert extends MatchedAlert {
  readonly cause: string;
  /** Channels that the rule names. */
  readonly notify: readonly string[];
}

/**
 * Whether this one of the channels is told of the alert: it is named by the rule, or, where the rule names none that
 * there is, its matcher takes it. A channel is not told of its own failing.
 */
export function isRoutedTo(route: ChannelRoute, alert: RoutedAlert, names: ReadonlySet<string>): boolean {
  if (alert.type === "send_failed" && alert.cause === route.name) return false;
  const named = alert.notify.filter((name) => names.has(name));
  return named.length > 0 ? named.includes(route.name) : matchesAlert(route.matcher, alert);
}
