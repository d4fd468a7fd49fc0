/**
 * The way over a broker: results in, two children out for each, with a real nsqd and a real nats-server, and over the file
 * bus; how long a child waits for its parent's result at a steady pace; file events; and what a long queue costs in memory.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Bus } from "../../src/bus/bus.ts";
import { connect } from "../../src/store/sqlite/database/connection.ts";
import { mustHold, quantile, reportFigure, shown } from "../support/figures.ts";
import { readFlags } from "../support/flags.ts";
import { inScratch } from "../support/scratch.ts";
import { DATABASE, serveProcess, type Served } from "../support/served.ts";
import { fill, startBroker, type Kind } from "./brokers.ts";

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

${[0, 1, 2, 3, 4].map((n) => `[[phase]]\ntask = "load${n}"\nfiles = "/in/${n}/*.csv"\ntemplate = "{meta:file}"\n`).join("\n")}
`;

const flags = readFlags("Over a broker: done messages with two children each, latency, file events, a long queue.", {
  dones: { default: 40_000, smoke: 1000, help: "done messages of one run" },
  events: { default: 20_000, smoke: 500, help: "file events" },
  seconds: { default: 20, smoke: 2, help: "of the latency run, at 200 results a second" },
  waiting: { default: 200_000, smoke: 2000, help: "messages that wait when Flowlord starts" },
});
if (flags !== null) await run(flags);

type Flags = NonNullable<typeof flags>;

async function run({ dones, events, seconds, waiting }: Flags): Promise<void> {
  for (const kind of ["nsq", "nats", "file"] as const) {
    await withBroker(kind, async (setting) => {
      const { rate, peakMib } = await drained(setting, "done", doneMessages(dones), dones * 3);
      const perDone = rate / 3;
      const bare = kind === "file" ? null : await bareLoop(setting.client, dones);
      reportFigure(`${kind}: done messages a second, two children each`, perDone, "/s", {
        ...(kind === "nsq" ? { target: 6000 } : {}),
        ...(bare === null ? {} : { ratio: perDone / bare }),
      });
      reportFigure(`${kind}: peak memory of Flowlord`, peakMib, "MiB", kind === "nsq" ? { target: 150 } : {});
      if (bare !== null) reportFigure(`${kind}: control: messages a second of the bare client`, bare, "/s");
    });
  }
  await withBroker("nsq", async (setting) => {
    const waits = await latency(setting, seconds);
    reportFigure("nsq: result to child at 200 a second, p50", quantile(waits, 0.5), "ms", { target: 3 });
    reportFigure("nsq: result to child at 200 a second, p99", quantile(waits, 0.99), "ms", { target: 10 });
  });
  await withBroker("nsq", async (setting) => {
    const { rate } = await drained(setting, "files", fileEvents(events), events);
    reportFigure("nsq: file events a second against 5 rules", rate, "/s", { target: 8000 });
  });
  await withBroker("nsq", async (setting) => {
    const { peakMib } = await drained(setting, "done", doneMessages(waiting), waiting * 3);
    reportFigure(`nsq: peak memory with ${shown(waiting)} messages waiting`, peakMib, "MiB");
  });
}

interface Setting {
  readonly dir: string;
  readonly client: Bus;
  readonly serve: () => Promise<Served>;
}

async function withBroker(kind: Kind, body: (setting: Setting) => Promise<void>): Promise<void> {
  await inScratch("bus", async (dir) => {
    const workflows = join(dir, "flows");
    const topics = join(dir, "topics");
    await mkdir(workflows);
    await mkdir(topics);
    await writeFile(join(workflows, "bench.toml"), WORKFLOW);
    const broker = await startBroker(kind, topics);
    const client = await broker.open();
    const serve = (): Promise<Served> =>
      serveProcess({ dir, workflows, bus: kind, more: broker.keys, fileTopic: "files" });
    try {
      await body({ dir, client, serve });
    } finally {
      await client.stop();
      await broker.end();
    }
  });
}

/** Messages that wait on the topic, then Flowlord: records a second from the first to the last, and its peak memory. */
async function drained(
  { dir, client, serve }: Setting,
  topic: string,
  payloads: readonly string[],
  records: number,
): Promise<{ rate: number; peakMib: number }> {
  await fill(client, topic, payloads);
  const flowlord = await serve();
  try {
    const db = connect(join(dir, DATABASE), { readonly: true, cacheKib: 1024 });
    try {
      const count = db.prepare<[], { n: number | null }>("SELECT max(id) AS n FROM task_records");
      const end = performance.now() + 300_000;
      while ((count.get()?.n ?? 0) < records) {
        mustHold(`${records} records of ${topic} in time, not ${count.get()?.n}`, performance.now() < end);
        await pause(20);
      }
      const span = db
        .prepare<[], { ms: number; n: number }>(
          "SELECT max(decided_at) - min(decided_at) AS ms, count(*) AS n FROM task_records",
        )
        .get();
      mustHold("no record is made twice", span?.n === records);
      return { rate: (records * 1000) / Math.max(1, span?.ms ?? 1), peakMib: await peakMemory(flowlord.pid) };
    } finally {
      db.close();
    }
  } finally {
    await flowlord.stop();
  }
}

/** The control: consumes the same messages and publishes two for each, confirmed before the acknowledgement. */
async function bareLoop(client: Bus, dones: number): Promise<number> {
  await fill(client, "bare", doneMessages(dones));
  let consumed = 0;
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    const onDelivery = (delivery: Parameters<Parameters<Bus["subscribe"]>[2]>[0]): void => {
      const { payload } = delivery;
      const out = ["bare-left", "bare-right"].map((topic) => ({ key: `${topic}-${consumed}`, topic, payload }));
      consumed += 1;
      void Promise.all(client.publish(out)).then(() => {
        delivery.ack();
        if (consumed >= dones) resolve();
      }, reject);
    };
    client.subscribe("bare", { channel: "bare", maxInFlight: 1000 }, onDelivery).catch(reject);
  });
  return (dones * 1000) / (performance.now() - start);
}

/** Milliseconds from the publish of a result to its child's delivery, while its status page is read. */
async function latency({ client, serve }: Setting, seconds: number): Promise<readonly number[]> {
  const flowlord = await serve();
  const sentAt = new Map<string, number>();
  const waits: number[] = [];
  const subscription = await client.subscribe("left", { channel: "bench", maxInFlight: 100 }, (delivery) => {
    const { id } = JSON.parse(delivery.payload) as { id: string };
    const sent = sentAt.get(id);
    if (sent !== undefined) waits.push(performance.now() - sent);
    sentAt.delete(id);
    delivery.ack();
  });
  const total = seconds * 200;
  const messages = doneMessages(total + 200);
  const readers = setInterval(() => {
    for (const page of ["/status?verbose=1", "/metrics"])
      void fetch(flowlord.url + page).then((answer) => answer.text());
  }, 500);
  // The first second only warms up.
  for (const [number, payload] of messages.entries()) {
    if (number >= 200) sentAt.set(`run-${number}`, performance.now());
    void client.publish([{ key: `done-${number}`, topic: "done", payload }]);
    await pause(5);
  }
  const end = performance.now() + 20_000;
  while (sentAt.size > 0) {
    mustHold(`every result has a child (${sentAt.size} missing)`, performance.now() < end);
    await pause(20);
  }
  clearInterval(readers);
  await subscription.stop();
  await flowlord.stop();
  return waits;
}

function doneMessages(count: number): string[] {
  return Array.from({ length: count }, (_, number) => {
    const created = new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
    const meta = `workflow=bench.toml&n=${number}`;
    return JSON.stringify({
      type: "root",
      info: `?n=${number}`,
      created,
      id: `run-${number}`,
      meta,
      result: "complete",
    });
  });
}

function fileEvents(count: number): string[] {
  return Array.from({ length: count }, (_, number) =>
    JSON.stringify({ path: `/in/${number % 5}/${number}.csv`, size: number, created: "2026-01-01T00:00:00Z" }),
  );
}

async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
