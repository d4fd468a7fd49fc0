import { DomainError } from "../../contract/domain-error.ts";
import type { TestChannelAnswer } from "../../contract/api/alerts/channel-api.ts";
import type { AlertMatcher } from "../../core/alerts/alert-matcher.ts";
import type { NewSilence, NotificationRow, Person } from "../../store/alert-store.ts";
import type { Store } from "../../store/store.ts";
import type { Runtime } from "../context.ts";

/** A channel as it is configured, without addresses and keys: they may be secrets. */
export interface ConfiguredChannel {
  readonly name: string;
  readonly kind: string;
  readonly matcher: AlertMatcher;
  /** Milliseconds. */
  readonly minFrequency: number;
  readonly maxFrequency: number;
}

/** What people do about alerts. Each resolves when it is committed. */
export interface AlertControl {
  /** Returns the ids that changed. */
  acknowledge(ids: readonly number[], person: Person): Promise<readonly number[]>;
  resolve(ids: readonly number[], person: Person): Promise<readonly number[]>;
  /** `startsAt` null: now. Returns its id. Throws SilenceEndedError. */
  silence(silence: Omit<NewSilence, "startsAt"> & { readonly startsAt: number | null }): Promise<number>;
  /** False when it has already ended, or does not exist. */
  endSilence(id: number, by: string): Promise<boolean>;
  /** Sends a message through a channel, by default one that says so, and waits for the outcome. Throws UnknownChannelError. */
  test(channel: string, by: string, text?: string): Promise<TestChannelAnswer>;
  channels(): readonly ConfiguredChannel[];
}

/** No such channel; the message names the configured ones. */
export class UnknownChannelError extends DomainError {
  constructor(channel: string, names: readonly string[]) {
    const known = names.length === 0 ? "none is configured" : `the configured ones are ${names.join(", ")}`;
    super("not_found", "unknown_channel", `There is no channel "${channel}": ${known}.`);
  }
}

/** The silence would end before it begins. */
export class SilenceEndedError extends DomainError {
  constructor() {
    super(
      "invalid",
      "silence_over",
      "The silence would end before it begins: its end must be in the future, and after its start.",
    );
  }
}

export interface AlertControlParts {
  readonly store: Pick<Store, "alerts" | "reads">;
  readonly runtime: Pick<Runtime, "now" | "newId" | "host">;
  readonly channels: () => readonly ConfiguredChannel[];
  /** Something changed: other alerts may have to be sent now. */
  readonly changed: () => void;
  /** Resolves after the next step of sending; false: nothing more is sent, because the process stops. */
  readonly sendOn: () => Promise<boolean>;
}

export function alertControl({ store, runtime, channels, changed, sendOn }: AlertControlParts): AlertControl {
  const { alerts } = store;
  const afterChange = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    changed();
    return result;
  };
  return {
    acknowledge: (ids, person) => afterChange(alerts.acknowledge(ids, person, runtime.now())),
    resolve: (ids, person) => afterChange(alerts.resolve(ids, person, runtime.now())),
    silence: async ({ startsAt, ...silence }) => {
      const now = runtime.now();
      const from = startsAt ?? now;
      if (silence.endsAt <= Math.max(from, now)) throw new SilenceEndedError();
      return await afterChange(alerts.addSilence({ ...silence, startsAt: from }, now));
    },
    endSilence: (id, by) => afterChange(alerts.removeSilence(id, by, runtime.now())),
    channels: () =>
      channels().map(({ name, kind, matcher, minFrequency, maxFrequency }) => {
        return { name, kind, matcher, minFrequency, maxFrequency };
      }),
    test: async (channel, by, given) => {
      const names = channels().map(({ name }) => name);
      if (!names.includes(channel)) throw new UnknownChannelError(channel, names);
      const text =
        given ?? `Test of channel ${channel}: Flowlord on ${runtime.host} reaches you. Requested by ${by}.\n`;
      const id = await afterChange(alerts.addTest({ channel, deliveryId: runtime.newId(), text }, runtime.now()));
      while (await sendOn()) {
        const row = await notification(store.reads, channel, id);
        if (row !== null && isTried(row)) return answerOf(row);
      }
      return { sent: false, answer: "Flowlord stops before the test is sent", tries_again: true };
    },
  };
}

/** Notifications of the channel that are searched: newer ones may have been planned since. */
const RECENT_MAX = 20;

async function notification(readStore: Store["reads"], channel: string, id: number): Promise<NotificationRow | null> {
  const rows = await readStore.alerts.notifications({ limit: RECENT_MAX, before: null, channel });
  return rows.find((row) => row.id === id) ?? null;
}

function isTried({ state, attempts }: NotificationRow): boolean {
  return state === "sent" || state === "failed" || (state === "waiting" && attempts > 0);
}

function answerOf({ state, answer }: NotificationRow): TestChannelAnswer {
  return { sent: state === "sent", answer, tries_again: state === "waiting" };
}
