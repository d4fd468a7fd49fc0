import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { createNsqBus } from "../../src/bus/nsq/nsq.ts";
import { freePort, Place, type Process, rows, until } from "../e2e/flowlord.ts";
import { startNsqd, topicStats, type NsqServer } from "../servers/nsq.ts";
import { Proxy } from "../servers/proxy.ts";

/** `FLOWLORD_FAULTS=long` runs what test/faults/README.md tells of; without it a short run, as in CI. */
export const isLong = process.env["FLOWLORD_FAULTS"] === "long";

const WORKFLOW = `
[[phase]]
task = "root"
cron = "@yearly"
paused = true

[[phase]]
task = "left"
dependsOn = "root"
template = "?n={meta:n}"

[[phase]]
task = "right"
dependsOn = "root"
template = "?n={meta:n}"
`;
const CHILDREN = ["left", "right"] as const;

export function doneMessage(number: number): string {
  const created = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
  return JSON.stringify({
    type: "root",
    info: `?n=${number}`,
    created,
    id: `run-${number}`,
    meta: `workflow=faults.toml&n=${number}`,
    result: "complete",
    started: created,
    ended: created,
  });
}

export interface PipelineOptions {
  /** Put a proxy between Flowlord and nsqd. */
  readonly proxied?: boolean;
  /** Put something else there: it is given the address of nsqd, and answers its own. */
  readonly through?: (nsqd: string) => Promise<string>;
  readonly nsqdFlags?: readonly string[];
  /** With its HTTP server, which the command line needs. */
  readonly http?: boolean;
  /** Default 2s. */
  readonly msgTimeout?: string;
  /** Where the database lies, when not below the scratch folder. */
  readonly databaseFolder?: string;
}

/** Flowlord behind a real nsqd: results in, two children out for each, and what must hold whatever happened between. */
export class Pipeline {
  readonly place: Place;
  readonly nsqd: NsqServer;
  readonly proxy: Proxy | null;
  readonly database: string;
  #flowlord: Process | null = null;

  private constructor(place: Place, nsqd: NsqServer, proxy: Proxy | null, database: string) {
    this.place = place;
    this.nsqd = nsqd;
    this.proxy = proxy;
    this.database = database;
  }

  /** Null when nsqd is not to be had; the test is skipped then. */
  static async open(t: TestContext, options: PipelineOptions = {}): Promise<Pipeline | null> {
    const nsqd = await startNsqd(t, { flags: options.nsqdFlags ?? [] });
    if (nsqd === null) return null;
    const proxy = options.proxied === true ? await Proxy.start(t, nsqd.tcp) : null;
    const address = proxy?.address ?? (await options.through?.(nsqd.tcp)) ?? nsqd.tcp;
    const place = new Place(t, { "faults.toml": WORKFLOW });
    const folder = options.databaseFolder ?? place.path("data");
    place.write(
      "flowlord.toml",
      [
        `workflow = "{config_dir}/faults.toml"`,
        `status_port = ${options.http === true ? await freePort() : 0}`,
        "[bus]",
        `bus = "nsq"`,
        `nsqd_hosts = ["${address}"]`,
        `nsq_heartbeat = "1s"`,
        // What was in flight on a lost connection nsqd gives out again only after this long.
        `nsq_msg_timeout = "${options.msgTimeout ?? "2s"}"`,
        "[sqlite]",
        `local_path = "${folder}/tasks.db"`,
      ].join("\n"),
    );
    return new Pipeline(place, nsqd, proxy, `${folder}/tasks.db`);
  }

  /** Puts messages on `done`, past the proxy. */
  async feed(messages: readonly string[]): Promise<void> {
    for (let at = 0; at < messages.length; at += 500) {
      const body = messages.slice(at, at + 500).join("\n");
      const answer = await fetch(`http://${this.nsqd.http}/mpub?topic=done`, { method: "POST", body });
      assert.equal(answer.status, 200);
    }
  }

  /** What an operator does who mends the oldest dead letter and sends it again. */
  async redrive(mended: string): Promise<void> {
    const [deadLetter] = rows<{ id: number }>(this.database, "SELECT min(id) AS id FROM dead_letters");
    this.place.write("corrected.json", `${mended}\n`);
    const args = [
      "dead-letters",
      "redrive",
      String(deadLetter?.id),
      "--payload",
      "corrected.json",
      "-c",
      "flowlord.toml",
    ];
    const { code, out, err } = await this.place.run(args);
    assert.deepEqual([code, out, err], [0, "1 dead letter redriven\n", ""]);
  }

  start(): Process {
    this.#flowlord = this.place.flowlord(["serve", "-c", "flowlord.toml"]);
    return this.#flowlord;
  }

  get flowlord(): Process {
    if (this.#flowlord === null) throw new Error("Flowlord was not started");
    return this.#flowlord;
  }

  /** Results that are recorded. */
  recorded(): number {
    if (!existsSync(this.database)) return 0;
    try {
      return (
        rows<{ n: number }>(this.database, "SELECT count(*) AS n FROM task_records WHERE type = 'root'")[0]?.n ?? 0
      );
    } catch {
      // Killed before its tables were made.
      return 0;
    }
  }

  /** Which results are recorded, by the ids of their tasks. */
  recordedIds(): ReadonlySet<string> {
    const found = rows<{ task_id: string }>(this.database, "SELECT task_id FROM task_records WHERE type = 'root'");
    return new Set(found.map(({ task_id }) => task_id));
  }

  /** No result waits at nsqd, or is in flight. */
  async isDrained(): Promise<boolean> {
    const { depth, inFlight, deferred } = await topicStats(this.nsqd.http, "done");
    return depth + inFlight + deferred === 0;
  }

  /** Waits until all is done and nothing is left anywhere; then everything must hold. */
  async settles(t: TestContext, dones: number): Promise<void> {
    const state = async (): Promise<unknown> => ({
      recorded: this.recorded(),
      outbox: rows<{ n: number }>(this.database, "SELECT count(*) AS n FROM outbox")[0]?.n,
      done: await topicStats(this.nsqd.http, "done"),
    });
    const isSettled = async (): Promise<boolean> => {
      assert.ok(this.flowlord.running, `Flowlord ended:\n${this.flowlord.err}`);
      if (this.recorded() < dones) return false;
      const left = rows(this.database, "SELECT 1 FROM outbox LIMIT 1").length;
      return left === 0 && (await this.isDrained());
    };
    const end = performance.now() + 120_000;
    while (!(await isSettled())) {
      if (performance.now() > end) assert.fail(`not settled: ${JSON.stringify(await state())}\n${this.flowlord.err}`);
      await pause(50);
    }
    // All may have been done before this process began: it must know signals before it is sent one.
    await this.flowlord.says("Ctrl-C");
    const stopped = performance.now();
    assert.equal((await this.flowlord.interrupt()).code, 0);
    t.diagnostic(`stopped within ${Math.round(performance.now() - stopped)} ms`);
    this.#holds(dones);
    for (const topic of CHILDREN) {
      const { distinct, messages } = await this.#onBus(topic, dones);
      t.diagnostic(`${topic}: ${distinct} tasks in ${messages} messages`);
      assert.equal(distinct, dones, `each ${topic} is on the bus at least once`);
    }
  }

  #holds(dones: number): void {
    const count = (sql: string): number => rows<{ n: number }>(this.database, sql)[0]?.n ?? -1;
    assert.equal(count("SELECT count(*) AS n FROM task_records WHERE type = 'root'"), dones, "every done once");
    assert.equal(count("SELECT count(DISTINCT task_id) AS n FROM task_records WHERE type = 'root'"), dones);
    for (const topic of CHILDREN) {
      assert.equal(count(`SELECT count(*) AS n FROM task_records WHERE type = '${topic}'`), dones);
    }
    const uneven = `SELECT count(*) AS n FROM (
      SELECT parent.id FROM task_records AS parent LEFT JOIN task_records AS child ON child.parent_id = parent.id
      WHERE parent.type = 'root' GROUP BY parent.id HAVING count(child.id) <> 2)`;
    assert.equal(count(uneven), 0, "exactly two children for each done");
  }

  /** Reads a topic of children to its end, at nsqd itself. */
  async #onBus(topic: string, wanted: number): Promise<{ distinct: number; messages: number }> {
    const bus = createNsqBus({ nsqdHosts: [this.nsqd.tcp], lookupdHosts: [], userAgent: "flowlord-test" });
    const ids = new Set<string>();
    let messages = 0;
    await bus.start();
    try {
      const subscription = await bus.subscribe(topic, { channel: "count", maxInFlight: 500 }, (delivery) => {
        ids.add((JSON.parse(delivery.payload) as { id: string }).id);
        messages += 1;
        delivery.ack();
      });
      await until(async () => {
        const { depth, inFlight } = await topicStats(this.nsqd.http, topic);
        return ids.size >= wanted && depth + inFlight === 0;
      }).catch(() => undefined);
      await subscription.stop();
    } finally {
      await bus.stop();
    }
    return { distinct: ids.size, messages };
  }
}
