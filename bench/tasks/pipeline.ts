import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Bus, Delivery } from "../../src/bus/bus.ts";
import { parseTaskMessage } from "../../src/contract/task-message.ts";
import { RUNNING } from "../../src/contract/task-report.ts";
import { openEmbedded, type Embedded } from "../support/embedded.ts";
import { rootTasks } from "../support/roots.ts";
import { unlessStalled } from "../support/stalled.ts";
import { startWatch, type Lap } from "../support/stopwatch.ts";

const WORKFLOW = `
[[phase]]
task = "parent"
rule = "cron=0 0 1 1 *"
template = "?date={yyyy}-{mm}-{dd}T{hh}"

[[phase]]
task = "left"
dependsOn = "parent"
template = "?date={yyyy}-{mm}-{dd}T{hh}&side=left"

[[phase]]
task = "right"
dependsOn = "parent"
template = "?date={yyyy}-{mm}-{dd}T{hh}&side=right"
`;

export const TYPES = ["parent", "left", "right"] as const;
/** A parent and its two children. */
const PER_RUN = TYPES.length;

/** Start the workers of all three types on a bus; returns a function that stops them. */
export type StartWorkers = (bus: Bus) => Promise<() => Promise<void>>;

export interface Played {
  readonly lap: Lap;
  /** Finished records in the database at the end. */
  readonly finished: number;
  /** From a parent's result leaving its worker to a child's arrival at one, milliseconds. */
  readonly waits: readonly number[];
}

/**
 * Runs of a parent and two children, `inFlight` of them at a time: when one is over the next is created. Everything
 * passes the embedded bus and the database, as in `flowlord serve`.
 */
export async function playRuns(
  dir: string,
  runs: number,
  inFlight: number,
  start: StartWorkers,
  busDir: string | null = null,
): Promise<Played> {
  const workflows = join(dir, "workflows");
  await mkdir(workflows, { recursive: true });
  await writeFile(join(workflows, "runs.toml"), WORKFLOW);
  const embedded = await openEmbedded(join(dir, "tasks.db"), workflows, { busDir });
  const seen = new Stations(embedded, runs, inFlight);
  const stopWorkers = await start(watchedBus(embedded.bus, seen));
  const watch = startWatch();
  await seen.run();
  // A bus that stores messages confirms a result before it is recorded.
  await unlessStalled(allRecorded(embedded, runs * PER_RUN), () => embedded.groups.messages);
  const lap = watch();
  await stopWorkers();
  const { records, unfinished } = await embedded.store.reads.counts();
  await embedded.close();
  return { lap, finished: records - unfinished, waits: seen.waits };
}

async function allRecorded({ store }: Embedded, tasks: number): Promise<void> {
  for (;;) {
    const { records, unfinished } = await store.reads.counts();
    if (records - unfinished >= tasks) return;
    await pause(5);
  }
}

/** Sees tasks come to their workers and results leave them, and creates the next runs. */
class Stations {
  readonly waits: number[] = [];
  readonly #embedded: Embedded;
  readonly #runs: number;
  readonly #inFlight: number;
  /** By run: when its parent's result left, and how many of its children are not done yet. */
  readonly #open = new Map<string, { leftAt: number; children: number }>();
  readonly #over = Promise.withResolvers<void>();
  #created = 0;
  #ended = 0;
  #requested = 0;
  #creating = false;

  constructor(embedded: Embedded, runs: number, inFlight: number) {
    this.#embedded = embedded;
    this.#runs = runs;
    this.#inFlight = inFlight;
  }

  async run(): Promise<void> {
    this.#request(Math.min(this.#inFlight, this.#runs));
    await unlessStalled(this.#over.promise, () => this.#ended);
  }

  arrived(payload: string): void {
    const { type, id } = parseTaskMessage(payload);
    const run = this.#open.get(id);
    if (type !== "parent" && run !== undefined) this.waits.push(performance.now() - run.leftAt);
  }

  left(payload: string): void {
    const { type, id, result } = parseTaskMessage(payload);
    if (result === RUNNING) return;
    if (type === "parent") this.#open.set(id, { leftAt: performance.now(), children: PER_RUN - 1 });
  }

  /** A result was acknowledged: it is in the database. */
  recorded(payload: string): void {
    const { type, id, result } = parseTaskMessage(payload);
    const run = this.#open.get(id);
    if (result === RUNNING || type === "parent" || run === undefined) return;
    run.children -= 1;
    if (run.children > 0) return;
    this.#open.delete(id);
    this.#ended += 1;
    if (this.#ended === this.#runs) this.#over.resolve();
    else if (this.#created + this.#requested < this.#runs) this.#request(1);
  }

  /** Create the runs requested in one turn of the event loop together, as the ticks of one moment are. */
  #request(count: number): void {
    this.#requested += count;
    if (this.#creating) return;
    this.#creating = true;
    setImmediate(() => void this.#create());
  }

  async #create(): Promise<void> {
    this.#creating = false;
    const count = this.#requested;
    this.#requested = 0;
    this.#created += count;
    const { graph, context, store } = this.#embedded;
    const parent = graph.phases.find((phase) => phase.type === "parent");
    if (parent === undefined) throw new Error("the workflow has no parent");
    const { outbox } = await store.createTasks(rootTasks(parent, count, context), context.runtime.now());
    context.send(outbox);
  }
}

/** The bus as the workers see it; the benchmark watches the messages. */
function watchedBus(bus: Bus, seen: Stations): Bus {
  return {
    ...bound(bus),
    publish: (batch) => {
      for (const { payload } of batch) seen.left(payload);
      const results = bus.publish(batch);
      results.forEach((result, index) => {
        const payload = batch[index]?.payload;
        if (payload !== undefined) void result.then(() => seen.recorded(payload));
      });
      return results;
    },
    subscribe: (topic, options, onDelivery) =>
      bus.subscribe(topic, options, (delivery: Delivery) => {
        seen.arrived(delivery.payload);
        onDelivery(delivery);
      }),
  };
}

function bound(bus: Bus): Bus {
  return {
    name: bus.name,
    durable: bus.durable,
    start: () => bus.start(),
    publish: (batch) => bus.publish(batch),
    subscribe: (topic, options, onDelivery) => bus.subscribe(topic, options, onDelivery),
    onDrain: (listener) => bus.onDrain(listener),
    health: () => bus.health(),
    connections: () => bus.connections(),
    stop: () => bus.stop(),
  };
}
