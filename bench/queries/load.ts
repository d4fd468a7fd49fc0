import { monitorEventLoopDelay } from "node:perf_hooks";
import { secondsText } from "../../src/contract/time/instant.ts";
import { parseTaskMessage, writeTaskMessage, type TaskMessage } from "../../src/contract/task-message.ts";
import type { Phase } from "../../src/core/workflow/phase.ts";
import type { Loop } from "../../src/services/loop.ts";
import { Chance } from "../seed-database/chance.ts";
import type { Embedded } from "../support/embedded.ts";
import { rootTasks } from "../support/roots.ts";
import { searchLoop } from "../support/search-loop.ts";

const TURN = 10;
/** Root tasks made at a time. */
const ROOTS = 40;
/** Results prepared ahead, in seconds of the rate. */
const AHEAD = 0.2;

/** The load on the writer while queries ran. */
export interface Lap {
  readonly results: number;
  readonly seconds: number;
  /** Milliseconds from a result's arrival on the bus to its acknowledgement, which comes after its commit. */
  readonly commits: readonly number[];
  /** Milliseconds by which the main thread's timers were late, 99 of 100. */
  readonly delayP99: number;
}

/**
 * Workers that report so many results a second: of root tasks that this makes, and of all their children and retries, through bus, decision, transaction, outbox and bus. The search index follows, as in the program.
 */
export class Load {
  readonly #embedded: Embedded;
  readonly #rate: number;
  readonly #root: Phase;
  readonly #chance = new Chance(17);
  readonly #delay = monitorEventLoopDelay({ resolution: 1 });
  readonly #search: Loop;
  #ready: string[] = [];
  #timer: NodeJS.Timeout | null = null;
  #startedAt = 0;
  #published = 0;
  #making: Promise<void> | null = null;
  #commits: number[] = [];
  #results = 0;
  #lapAt = 0;
  #customer = 0;

  constructor(embedded: Embedded, rate: number) {
    this.#embedded = embedded;
    this.#rate = rate;
    const root = embedded.graph.phases.find(({ type, job }) => type === "extract" && job === "orders");
    if (root === undefined) throw new Error("the phase extract:orders is missing");
    // One task at a time: there is no file of customers here.
    this.#root = { ...root, rule: { ...root.rule, metaFile: "" } };
    this.#search = searchLoop(embedded);
  }

  async start(): Promise<void> {
    const { bus, graph } = this.#embedded;
    for (const topic of new Set(graph.phases.map(({ type }) => type))) {
      await bus.subscribe(topic, { channel: topic, maxInFlight: 1000 }, (delivery) => {
        delivery.ack();
        this.#ready.push(this.#work(parseTaskMessage(delivery.payload)));
      });
    }
    this.#search.start();
    this.#startedAt = performance.now();
    this.#delay.enable();
    this.lap();
    this.#timer = setInterval(() => this.#turn(), TURN);
  }

  /** What came since the last lap. */
  lap(): Lap {
    const now = performance.now();
    const seconds = (now - this.#lapAt) / 1000;
    const lap = { results: this.#results, seconds, commits: this.#commits, delayP99: this.#delay.percentile(99) / 1e6 };
    this.#lapAt = now;
    this.#results = 0;
    this.#commits = [];
    this.#delay.reset();
    return lap;
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#delay.disable();
    await this.#search.stop();
    await this.#making;
  }

  #turn(): void {
    const due = Math.floor(((performance.now() - this.#startedAt) / 1000) * this.#rate) - this.#published;
    if (this.#ready.length < due + this.#rate * AHEAD) {
      this.#making ??= this.#make().finally(() => {
        this.#making = null;
      });
    }
    const batch = this.#ready.splice(0, Math.max(0, due));
    this.#published += batch.length;
    const at = performance.now();
    const messages = batch.map((payload, index) => ({ key: `${at}-${index}`, topic: "done", payload }));
    for (const sent of this.#embedded.bus.publish(messages)) {
      void sent.then(() => {
        this.#results += 1;
        this.#commits.push(performance.now() - at);
      });
    }
  }

  async #make(): Promise<void> {
    const { context, store } = this.#embedded;
    const tasks = rootTasks(this.#root, ROOTS, context).map((task) => {
      this.#customer = (this.#customer + 1) % 600;
      const customer = `acme-${String(this.#customer).padStart(4, "0")}`;
      const info = task.message.info.replace("{meta:customer}", customer);
      return { ...task, message: { ...task.message, info, meta: `${task.message.meta}&customer=${customer}` } };
    });
    const { outbox } = await store.createTasks(tasks, context.runtime.now());
    context.send(outbox);
  }

  #work(task: TaskMessage): string {
    const chance = this.#chance;
    const now = this.#embedded.context.runtime.now();
    const fails = chance.happens(0.02);
    const said = fails
      ? { result: "error", msg: `connection to db-${chance.below(12)}.example.net:5432 reset by peer` }
      : {
          result: "complete",
          msg: `read ${chance.below(20_000)} lines`,
          meta: `${task.meta}&lines=${chance.below(999)}`,
        };
    return writeTaskMessage({ ...task, ...said, started: secondsText(now), ended: secondsText(now) });
  }
}
