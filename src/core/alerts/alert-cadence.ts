import { backoffMs } from "../../contract/backoff.ts";
import { MINUTE } from "../../contract/time/time-units.ts";
import type { ChannelRoute } from "./alert-routes.ts";

/** How far a channel was notified, and when it is due next. Ids are those of occurrences, times milliseconds. */
export interface ChannelState {
  readonly name: string;
  /** Everything gathered up to this occurrence was decided. */
  readonly cursorId: number;
  readonly intervalMs: number;
  readonly nextAt: number;
  /** The same for immediate notifications. */
  readonly immediateCursorId: number;
  readonly immediateNextAt: number;
}

/** A storm of immediate notifications becomes one message a second. */
const ONCE_EVERY = 1000;

/** A new channel: it is due now, its alerts begin after that occurrence. */
export function firstState(route: ChannelRoute, afterId: number, now: number): ChannelState {
  return {
    name: route.name,
    cursorId: afterId,
    intervalMs: route.minFrequency,
    nextAt: now,
    immediateCursorId: afterId,
    immediateNextAt: now,
  };
}

/** After a turn: the interval doubles while there are pending alerts, up to the maximum; without any it is the minimum. */
export function afterSummary(
  state: ChannelState,
  route: ChannelRoute,
  untilId: number,
  hadPending: boolean,
  now: number,
): ChannelState {
  // Within the limits of the current configuration.
  const before = Math.max(state.intervalMs, route.minFrequency);
  const intervalMs = hadPending
    ? Math.min(before * 2, Math.max(route.maxFrequency, route.minFrequency))
    : route.minFrequency;
  return { ...state, cursorId: untilId, intervalMs, nextAt: now + intervalMs };
}

export function afterAtOnce(state: ChannelState, untilId: number, hadPending: boolean, now: number): ChannelState {
  return {
    ...state,
    immediateCursorId: untilId,
    immediateNextAt: hadPending ? now + ONCE_EVERY : state.immediateNextAt,
  };
}

/**
 * A notification is exhausted: a later one reports its alerts, together with newer ones. Until then the channel is
 * skipped, longer each time, and for as long as the receiver asked for (milliseconds, null when it did not).
 */
export function afterAbandoned(
  state: ChannelState,
  route: Pick<ChannelRoute, "minFrequency" | "maxFrequency">,
  failed: { readonly kind: "at_once" | "summary"; readonly afterId: number; readonly retryAfter: number | null },
  now: number,
): ChannelState {
  const intervalMs = Math.min(Math.max(state.intervalMs, route.minFrequency) * 2, route.maxFrequency);
  const at = now + Math.max(intervalMs, failed.retryAfter ?? 0);
  const rewound = {
    ...state,
    intervalMs,
    nextAt: Math.max(state.nextAt, at),
    immediateNextAt: Math.max(state.immediateNextAt, at),
  };
  return failed.kind === "at_once"
    ? { ...rewound, immediateCursorId: Math.min(state.immediateCursorId, failed.afterId) }
    : { ...rewound, cursorId: Math.min(state.cursorId, failed.afterId) };
}

const FIRST_RETRY = 1000;
const LAST_RETRY = MINUTE;
/** After this long the other channels are notified that the channel fails. */
const ABANDON_AFTER = 300_000;

/**
 * When to send again what failed at `now`, milliseconds since 1970; null when it is exhausted. `attempts` counts those
 * made, `retryAfter` is what the receiver asked for. Doubles with each attempt, plus 0-40 % jitter.
 */
export function retryAt(
  sending: { readonly createdAt: number; readonly attempts: number },
  failure: { readonly retryable: boolean; readonly retryAfter: number | null },
  now: number,
  random: () => number,
): number | null {
  if (!failure.retryable) return null;
  const delay = backoffMs(FIRST_RETRY, LAST_RETRY, sending.attempts - 1) * (1 + 0.4 * random());
  const at = Math.ceil(now + Math.max(delay, failure.retryAfter ?? 0));
  return at > sending.createdAt + ABANDON_AFTER ? null : at;
}
