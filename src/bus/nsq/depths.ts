import type { Address } from "./address.ts";
import { getJson, type Node } from "./lookup.ts";
import { NsqError } from "./nsq-error.ts";

/** A channel of a topic. */
export interface TopicChannel {
  readonly topic: string;
  readonly channel: string;
}

/**
 * How many messages wait in each channel, as counted by nsqd. Only for nsqds listed by nsqlookupd: this needs their HTTP
 * address, which no other source provides.
 */
export class Depths {
  readonly #stop = new AbortController();
  #known = new Map<string, number>();
  #isFetching = false;

  /** Null when unknown. */
  of(topicChannel: TopicChannel, address: Address): number | null {
    return this.#known.get(keyOf(topicChannel, address)) ?? null;
  }

  /** Query all nsqds. Never rejects: the depth of one that does not answer is unknown. */
  async fetch(nodes: readonly Node[], topicChannels: readonly TopicChannel[]): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    const known = new Map<string, number>();
    await Promise.all(
      nodes.flatMap((node) =>
        topicChannels.map(async (topicChannel) => {
          const depth = await this.#fetchOne(node, topicChannel);
          if (depth !== null) known.set(keyOf(topicChannel, node.address), depth);
        }),
      ),
    );
    this.#known = known;
    this.#isFetching = false;
  }

  stop(): void {
    this.#stop.abort();
  }

  async #fetchOne({ http }: Node, { topic, channel }: TopicChannel): Promise<number | null> {
    const query = new URLSearchParams({
      format: "json",
      topic,
      channel,
      include_clients: "false",
      include_mem: "false",
    });
    try {
      return depthIn(await getJson(`http://${http.text}/stats?${query.toString()}`, this.#stop.signal), channel);
    } catch (error) {
      if (!(error instanceof NsqError)) throw error;
      return null;
    }
  }
}

interface Stats {
  readonly topics?: readonly { readonly channels?: readonly { channel_name?: unknown; depth?: unknown }[] }[];
}

function depthIn(answer: unknown, channel: string): number | null {
  const { topics } = (typeof answer === "object" && answer !== null ? answer : {}) as Stats;
  if (!Array.isArray(topics)) return null;
  const channels = (topics as NonNullable<Stats["topics"]>).flatMap((topic) => topic?.channels ?? []);
  const depth = channels.find((one) => one.channel_name === channel)?.depth;
  return typeof depth === "number" ? depth : null;
}

function keyOf({ topic, channel }: TopicChannel, address: Address): string {
  return `${topic}/${channel}@${address.text}`;
}
