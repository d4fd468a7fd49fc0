import type { v1 } from "@google-cloud/pubsub";
import { isPassing, ONCE } from "./client.ts";

/** Ids of one request: they are long, and a request may have half a megabyte. */
const BATCH = 1000;
const RETRY_MS = 1000;
/** After so many attempts the message is left to come again. */
const TRIES = 10;

interface Ack {
  readonly ackId: string;
  tries: number;
}

/**
 * Acknowledgements and deadlines on their way to Pub/Sub, many in a request. Acknowledgements are confirmed, and sent
 * again where the service says that this may help (with exactly-once delivery it says so for each); a deadline that did
 * not arrive is set again with the next extension.
 */
export class Answers {
  readonly #subscription: string;
  readonly #client: () => v1.SubscriberClient | null;
  #acks: Ack[] = [];
  /** Deadline in seconds → ids. */
  #deadlines = new Map<number, string[]>();
  #sending: Promise<void> | null = null;
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** Acknowledgements that Pub/Sub did not take for good: these messages come again. */
  refused = 0;

  constructor(subscription: string, client: () => v1.SubscriberClient | null) {
    this.#subscription = subscription;
    this.#client = client;
  }

  ack(ackId: string): void {
    this.#acks.push({ ackId, tries: 0 });
    this.#sending ??= this.#send();
  }

  /** `seconds` 0: it may be delivered again at once. */
  setDeadline(ackId: string, seconds: number): void {
    const ids = this.#deadlines.get(seconds);
    if (ids === undefined) this.#deadlines.set(seconds, [ackId]);
    else ids.push(ackId);
    this.#sending ??= this.#send();
  }

  /** Send what has waited for a connection. */
  flush(): Promise<void> {
    this.#sending ??= this.#send();
    return this.#sending;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  async #send(): Promise<void> {
    // All that is settled in the same turn goes together; later, what has queued meanwhile is the next request.
    await new Promise(setImmediate);
    const later: Ack[] = [];
    for (let client = this.#client(); client !== null && this.#hasWork(); client = this.#client()) {
      later.push(...(await this.#sendAcks(client, this.#acks.splice(0, BATCH))));
      await this.#sendDeadlines(client);
    }
    this.#acks.unshift(...later);
    this.#sending = null;
    if (later.length === 0 || this.#isClosed) return;
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      void this.flush();
    }, RETRY_MS);
  }

  #hasWork(): boolean {
    return this.#acks.length > 0 || this.#deadlines.size > 0;
  }

  /** Those to send again. */
  async #sendAcks(client: v1.SubscriberClient, acks: readonly Ack[]): Promise<readonly Ack[]> {
    if (acks.length === 0) return [];
    try {
      await client.acknowledge({ subscription: this.#subscription, ackIds: acks.map(({ ackId }) => ackId) }, ONCE);
      return [];
    } catch (error) {
      const retries = acks.filter((ack) => (ack.tries += 1) < TRIES && mayHelp(error, ack.ackId));
      this.refused += acks.length - retries.length - acks.filter(({ ackId }) => isAccepted(error, ackId)).length;
      return retries;
    }
  }

  async #sendDeadlines(client: v1.SubscriberClient): Promise<void> {
    const deadlines = this.#deadlines;
    this.#deadlines = new Map();
    for (const [ackDeadlineSeconds, ids] of deadlines) {
      for (let from = 0; from < ids.length; from += BATCH) {
        const ackIds = ids.slice(from, from + BATCH);
        const request = { subscription: this.#subscription, ackIds, ackDeadlineSeconds };
        // Failed: the message comes again when its deadline has passed, or the next extension succeeds.
        await client.modifyAckDeadline(request, ONCE).catch(() => {});
      }
    }
  }
}

/** What the service says of single ids of a failed request; null when it speaks of the request as a whole. */
function verdicts(error: unknown): Readonly<Record<string, unknown>> | null {
  if (!(error instanceof Error) || !("errorInfoMetadata" in error)) return null;
  const { errorInfoMetadata } = error;
  const isTable = typeof errorInfoMetadata === "object" && errorInfoMetadata !== null;
  return isTable ? (errorInfoMetadata as Readonly<Record<string, unknown>>) : null;
}

function mayHelp(error: unknown, ackId: string): boolean {
  const verdict = verdicts(error)?.[ackId];
  if (verdict === undefined) return verdicts(error) === null && isPassing(error);
  return typeof verdict === "string" && verdict.startsWith("TRANSIENT_");
}

/** With exactly-once delivery a request fails in part: what it does not name was taken. */
function isAccepted(error: unknown, ackId: string): boolean {
  const table = verdicts(error);
  return table !== null && table[ackId] === undefined;
}

/** Which of these are ours: with exactly-once delivery a message counts as received when its deadline was taken. */
export async function confirmed(
  client: v1.SubscriberClient,
  subscription: string,
  ackIds: readonly string[],
  ackDeadlineSeconds: number,
): Promise<ReadonlySet<string>> {
  try {
    await client.modifyAckDeadline({ subscription, ackIds: [...ackIds], ackDeadlineSeconds }, ONCE);
    return new Set(ackIds);
  } catch (error) {
    return new Set(ackIds.filter((ackId) => isAccepted(error, ackId)));
  }
}
