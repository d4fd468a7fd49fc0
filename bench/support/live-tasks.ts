import { parseTaskMessage, writeTaskMessage } from "../../src/contract/task-message.ts";
import type { Phase } from "../../src/core/workflow/phase.ts";
import type { Embedded } from "./embedded.ts";
import { rootTasks } from "./roots.ts";

const TURN_MS = 10;

/** So many tasks a second of the phase `live`, whose worker reports `complete` at once. */
export class LiveTasks {
  readonly #embedded: Embedded;
  readonly #rate: number;
  readonly #phase: Phase;
  #commits: number[] = [];
  #timer: NodeJS.Timeout | null = null;
  #startedAt = 0;
  #made = 0;
  #making: Promise<void> | null = null;

  constructor(embedded: Embedded, rate: number) {
    this.#embedded = embedded;
    this.#rate = rate;
    const phase = embedded.graph.phases.find(({ type }) => type === "live");
    if (phase === undefined) throw new Error("the workflow has no phase live");
    this.#phase = phase;
  }

  async start(): Promise<void> {
    const { bus } = this.#embedded;
    await bus.subscribe("live", { channel: "live", maxInFlight: 1000 }, (delivery) => {
      delivery.ack();
      const task = parseTaskMessage(delivery.payload);
      const at = performance.now();
      const done = { key: task.id, topic: "done", payload: writeTaskMessage({ ...task, result: "complete" }) };
      // Acknowledged after the commit.
      for (const sent of bus.publish([done])) void sent.then(() => this.#commits.push(performance.now() - at));
    });
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => {
      this.#making ??= this.#make().finally(() => {
        this.#making = null;
      });
    }, TURN_MS);
  }

  /** Milliseconds from each result on the bus to its commit, of those since the last lap. */
  lap(): readonly number[] {
    const commits = this.#commits;
    this.#commits = [];
    return commits;
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#making;
  }

  async #make(): Promise<void> {
    const { context, store } = this.#embedded;
    const due = Math.floor(((performance.now() - this.#startedAt) / 1000) * this.#rate) - this.#made;
    if (due <= 0) return;
    this.#made += due;
    const { outbox } = await store.createTasks(rootTasks(this.#phase, due, context), context.runtime.now());
    context.send(outbox);
  }
}
