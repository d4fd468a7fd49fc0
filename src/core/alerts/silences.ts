import { matchesAlert, type AlertMatcher, type MatchedAlert } from "./alert-matcher.ts";

/** What a silence is about: one alert, or those that the matcher matches. */
export interface SilenceScope {
  readonly alertId: number | null;
  readonly matcher: AlertMatcher;
}

export interface SilenceableAlert extends MatchedAlert {
  readonly id: number;
}

/** A silence that has not ended. */
export interface LastingSilence extends SilenceScope {
  readonly id: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly author: string;
  readonly reason: string;
  readonly removedAt: number | null;
  readonly removedBy: string;
  /** Open alerts up to this one were compared with it since it began. */
  readonly checkedThroughId: number;
  readonly state: "planned" | "in_force";
}

/** What one silence does now. */
export interface SilenceTurn {
  readonly silence: LastingSilence;
  /** `cover`: its input is open alerts after `checkedThroughId`. `end`: the alerts that it silences. Lowest ids first. */
  readonly kind: "cover" | "end";
  /** Whether it has something to do even when there is no such alert. */
  readonly isSure: boolean;
  /** Alerts of one step: a silence may cover very many. */
  readonly limit: number;
}

interface Doing {
  readonly alertId: number;
  readonly by: string;
  readonly note: string;
}

/** What one step of a silence writes. */
export interface SilenceStep {
  readonly state: "planned" | "in_force" | "ended";
  readonly checkedThroughId: number;
  readonly silenced: readonly Doing[];
  /** To notify of once more: the silence ended, the cause did not. */
  readonly reopened: readonly Doing[];
  /** Kept silent by another one from now on. */
  readonly handedOver: readonly { readonly alertId: number; readonly silenceId: number }[];
}

export interface SilenceDecider {
  /** Of all silences that have not ended; `nextAt`: when the next one begins or ends, null when none will. */
  turns(lasting: readonly LastingSilence[]): { readonly turns: readonly SilenceTurn[]; readonly nextAt: number | null };
  step(turn: SilenceTurn, lasting: readonly LastingSilence[], alerts: readonly SilenceableAlert[]): SilenceStep;
}

const STEP = 500;
/** The author recorded when a silence expires. */
const BY_ITSELF = "flowlord";

/** Which alerts silences cover, and when those open again. */
export function silenceDecider(now: number): SilenceDecider {
  return {
    turns: (lasting) => turnsOf(lasting, now),
    step: (turn, lasting, alerts) =>
      turn.kind === "cover" ? coverStep(turn.silence, alerts) : endStep(turn, lasting, alerts, now),
  };
}

export function covers({ alertId, matcher }: SilenceScope, alert: SilenceableAlert): boolean {
  return alertId === null ? matchesAlert(matcher, alert) : alertId === alert.id;
}

function hasEnded({ endsAt, removedAt }: LastingSilence, now: number): boolean {
  return endsAt <= now || removedAt !== null;
}

function turnsOf(lasting: readonly LastingSilence[], now: number): ReturnType<SilenceDecider["turns"]> {
  const turns: SilenceTurn[] = [];
  let nextAt: number | null = null;
  for (const silence of lasting) {
    if (hasEnded(silence, now)) {
      turns.push({ silence, kind: "end", isSure: true, limit: STEP });
      continue;
    }
    if (silence.startsAt <= now)
      turns.push({ silence, kind: "cover", isSure: silence.state === "planned", limit: STEP });
    const at = silence.startsAt > now ? silence.startsAt : silence.endsAt;
    nextAt = Math.min(nextAt ?? at, at);
  }
  return { turns, nextAt };
}

/** Open alerts that it was not compared with yet: all when it begins, afterwards new ones. */
function coverStep(silence: LastingSilence, alerts: readonly SilenceableAlert[]): SilenceStep {
  const { author: by, id, reason } = silence;
  const note = `silence ${id}: ${reason}`;
  return {
    state: "in_force",
    checkedThroughId: alerts.at(-1)?.id ?? silence.checkedThroughId,
    silenced: alerts.filter((alert) => covers(silence, alert)).map((alert) => ({ alertId: alert.id, by, note })),
    reopened: [],
    handedOver: [],
  };
}

function endStep(
  { silence, limit }: SilenceTurn,
  lasting: readonly LastingSilence[],
  alerts: readonly SilenceableAlert[],
  now: number,
): SilenceStep {
  const { id, state, checkedThroughId, removedAt, removedBy } = silence;
  const others = lasting.filter((one) => one.id !== id && one.startsAt <= now && !hasEnded(one, now));
  const note = `silence ${id} ${removedAt === null ? "ended" : `was ended by ${removedBy || BY_ITSELF}`}`;
  const reopened: Doing[] = [];
  const handedOver: { alertId: number; silenceId: number }[] = [];
  for (const alert of alerts) {
    const other = others.find((one) => covers(one, alert));
    if (other === undefined) reopened.push({ alertId: alert.id, by: BY_ITSELF, note });
    else handedOver.push({ alertId: alert.id, silenceId: other.id });
  }
  // It has ended when the last of its alerts is handled.
  return { state: alerts.length < limit ? "ended" : state, checkedThroughId, silenced: [], reopened, handedOver };
}
