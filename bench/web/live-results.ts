import { secondsText } from "../../src/contract/time/instant.ts";
import { writeTaskMessage } from "../../src/contract/task-message.ts";

const TURN_MS = 250;

/** Results of other programs' tasks, so many a second, put on the topic of a running instance until it is stopped. */
export class LiveResults {
  readonly #url: string;
  readonly #rate: number;
  #timer: NodeJS.Timeout | null = null;
  #startedAt = 0;
  #sending: Promise<void> | null = null;
  /** How many the instance has taken. */
  sent = 0;
  failed: Error | null = null;

  constructor(url: string, rate: number) {
    this.#url = url;
    this.#rate = rate;
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => {
      this.#sending ??= this.#send()
        .catch((error: unknown) => void (this.failed = error instanceof Error ? error : new Error(String(error))))
        .finally(() => {
          this.#sending = null;
        });
    }, TURN_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#sending;
  }

  async #send(): Promise<void> {
    const due = Math.floor(((performance.now() - this.#startedAt) / 1000) * this.#rate) - this.sent;
    if (due <= 0) return;
    const now = Date.now();
    const messages = Array.from({ length: Math.min(due, 5000) }, (_, index) => resultOf(this.sent + index, now));
    const answer = await fetch(`${this.#url}/api/topics/done/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages, reason: "bench web" }),
    });
    if (!answer.ok) throw new Error(`results were refused: ${answer.status} ${await answer.text()}`);
    await answer.body?.cancel();
    this.sent += messages.length;
  }
}

/** One in a hundred fails. */
function resultOf(number: number, now: number): string {
  const at = secondsText(now);
  const failed = number % 100 === 0;
  return writeTaskMessage({
    type: `live-${number % 5}`,
    job: "",
    info: `?n=${number}`,
    created: at,
    id: `live-${now}-${number}`,
    meta: "",
    result: failed ? "error" : "complete",
    msg: failed ? `row ${number}: no value` : `${number} rows`,
    started: at,
    ended: at,
  });
}
