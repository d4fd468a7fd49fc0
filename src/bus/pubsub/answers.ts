import type { v1 } from "@google-cloud/pubsub";
import { isPassing, ONCE } from "./client.ts";

/** Most ids in one request: ids are long, and a request is limited to half a megabyte. */
const BATCH = 1000;
const RETRY_MS = 1000;
/** After this many attempts the acknowledgement is dropped; the message is redelivered. */
const TRIES = 10;

interface Ack {
  readonly ackId: string;
  tries: number;
}

/**
 * Sends acknowledgements and deadlines to Pub/Sub, many in a request. A failed acknowledgement is retried when the error
 * allows it (with exactly-once delivery there is an error per message); a lost deadline is set again by the next
 * extension.
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
  /** Acknowledgements that failed for good: these messages are redelivered. */
  refused = 0;

  constructor(subscription: string, client: () => v1.SubscriberClient | null) {
    this.#subscription = subscription;
    this.#client = client;
  }

  ack(ackId: string): void {
    this.#acks.push({ ackId, tries: 0 });
    this.#sending ??= this.#send();
  }

  /** `seconds` 0: redeliver at once. */
  setDeadline(ackId: string, seconds: number): void {
    const ids = this.#deadlines.get(seconds);
    if (ids === undefined) this.#deadlines.set(seconds, [ackId]);
    else ids.push(ackId);
    this.#sending ??= this.#send();
  }

  /** Send everything that waited for a connection. */
  flush(): Promise<void> {
    this.#sending ??= this.#send();
    return this.#sending;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#retry !== null) clearTimeout(this.#retry);
  }

  async #send(): Promise<void> {
    // Everything settled in the same turn goes into one request; the next request has what was queued meanwhile.
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

  /** Returns the acknowledgements to retry. */
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
        // On failure the next extension tries again, or the message is redelivered after its deadline.
        await client.modifyAckDeadline(request, ONCE).catch(() => {});
      }
    }
  }
}

/** Errors per id of a failed request; null when the error is about the request as a whole. */
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

/** With exactly-once delivery a request can fail in part: ids without an error were accepted. */
function isAccepted(error: unknown, ackId: string): boolean {
  const table = verdicts(error);
  return table !== null && table[ackId] === undefined;
}

/** The ids that we own: with exactly-once delivery a message counts as received when its deadline was accepted. */
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
