import { Backoff } from "../contract/backoff.ts";

const FIRST_BACKOFF = 200;
const LAST_BACKOFF = 30_000;

interface Pause {
  until: number;
  readonly backoff: Backoff;
}

/** Topics that are paused because the bus failed them: longer with each failure, short again after a success. */
export class TopicPauses {
  readonly #now: () => number;
  readonly #pauses = new Map<string, Pause>();

  constructor(now: () => number) {
    this.#now = now;
  }

  has(topic: string): boolean {
    if (this.#pauses.size === 0) return false;
    return (this.#pauses.get(topic)?.until ?? 0) > this.#now();
  }

  /** Those that are paused now. */
  topics(): readonly string[] {
    return [...this.#pauses.keys()].filter((topic) => this.has(topic));
  }

  /** The topic failed. A failure of a message sent before the pause changes nothing. Returns when the pause ends. */
  begin(topic: string): number {
    const now = this.#now();
    const pause = this.#pauses.get(topic) ?? { until: 0, backoff: new Backoff(FIRST_BACKOFF, LAST_BACKOFF) };
    if (pause.until > now) return pause.until;
    pause.until = now + pause.backoff.next();
    this.#pauses.set(topic, pause);
    return pause.until;
  }

  /** A message of the topic was sent: a running pause goes on to its end, and the next is the shortest again. */
  succeeded(topic: string): void {
    if (this.#pauses.size === 0) return;
    const pause = this.#pauses.get(topic);
    if (pause === undefined) return;
    if (pause.until <= this.#now()) this.#pauses.delete(topic);
    else pause.backoff.reset();
  }

  /** When the first running pause ends; null when none runs. */
  firstEnd(): number | null {
    const ends = this.topics().map((topic) => this.#pauses.get(topic)?.until ?? 0);
    return ends.length === 0 ? null : Math.min(...ends);
  }

  /** Ends all pauses, as if nothing had failed. False when none ran. */
  endAll(): boolean {
    const ran = this.topics().length > 0;
    this.#pauses.clear();
    return ran;
  }
}
