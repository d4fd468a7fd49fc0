import assert from "node:assert/strict";
import { test } from "node:test";
import { metricsText } from "../../src/http/metrics-text.ts";
import { createCounts, metricsSink } from "../../src/http/metrics.ts";
import { BROKER_BUS } from "./idle/idle-bus.ts";
import { MEASURED_DATABASE } from "./measured-database.ts";
import type { DatabaseSource, MetricSources } from "../../src/http/metrics.ts";

const SOURCES: MetricSources = {
  version: "1.2.3",
  status: () => ({
    bus: { working: false, reason: "away" },
    store: { working: true, reason: null, integrity: "checked" },
    scheduler: { working: true, reason: null },
    degraded: [],
  }),
  counts: async () => ({
    records: 7,
    unfinished: 2,
    open: { waiting: 0, queued: 0, sent: 1, running: 1, overdue: 0 },
    outbox: 3,
    deadLetters: 1,
    bytes: 4096,
  }),
  bus: () => BROKER_BUS,
};

/** Samples by name with labels, as text. */
function samples(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), line.slice(line.lastIndexOf(" ") + 1)]));
}

test("a scrape tells what the engine reported, and what stands now", async () => {
  const counts = createCounts();
  const metrics = metricsSink(counts);
  for (const result of ["complete", "complete", "error", "odd", "constructor"]) metrics.result(result);
  metrics.group(3, 4);
  metrics.group(1000, 12_000);
  metrics.deadLetters(2);
  metrics.fileEvents(1);
  metrics.published(4);
  metrics.refused(5);
  metrics.tickLag(7);
  const { text, contentType } = await metricsText({ counts, sources: SOURCES });
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  const found = samples(text);
  const expected = {
    'flowlord_results_total{result="complete"}': "2",
    'flowlord_results_total{result="error"}': "1",
    'flowlord_results_total{result="other"}': "2",
    'flowlord_results_total{result="warn"}': "0",
    flowlord_done_messages_total: "1003",
    flowlord_dead_letters_total: "2",
    flowlord_file_events_total: "1",
    flowlord_published_messages_total: "4",
    flowlord_refused_messages_total: "5",
    flowlord_bus_reconnects_total: "6",
    flowlord_bus_in_flight: "5",
    'flowlord_group_size_bucket{le="2"}': "0",
    'flowlord_group_size_bucket{le="5"}': "1",
    'flowlord_group_size_bucket{le="500"}': "1",
    'flowlord_group_size_bucket{le="+Inf"}': "2",
    flowlord_group_size_sum: "1003",
    flowlord_group_size_count: "2",
    'flowlord_commit_seconds_bucket{le="0.005"}': "1",
    'flowlord_commit_seconds_bucket{le="0.002"}': "0",
    'flowlord_commit_seconds_bucket{le="+Inf"}': "2",
    'flowlord_tick_lag_seconds_bucket{le="0.01"}': "1",
    'flowlord_bus_connection_up{bus="nsq",connection="consumer done 127.0.0.1:4150"}': "0",
    'flowlord_bus_connection_in_flight{bus="nsq",connection="consumer done 127.0.0.1:4150"}': "5",
    'flowlord_bus_connection_depth{bus="nsq",connection="consumer done 127.0.0.1:4150"}': "40",
    'flowlord_bus_connection_reconnects_total{bus="nsq",connection="consumer done 127.0.0.1:4150"}': "2",
    'flowlord_working{part="bus"}': "0",
    'flowlord_working{part="store"}': "1",
    'flowlord_info{version="1.2.3"}': "1",
    flowlord_outbox_rows: "3",
    flowlord_task_records: "7",
    flowlord_unfinished_tasks: "2",
    'flowlord_tasks{state="sent"}': "1",
    'flowlord_tasks{state="running"}': "1",
    'flowlord_tasks{state="waiting"}': "0",
    flowlord_open_dead_letters: "1",
    flowlord_database_bytes: "4096",
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, found.get(name)])), expected);
  assert.ok(Number(found.get("process_resident_memory_bytes")) > 1e6);
});

test("a second scrape counts nothing twice", async () => {
  const counts = createCounts();
  metricsSink(counts).published(4);
  await metricsText({ counts, sources: SOURCES });
  const { text } = await metricsText({ counts, sources: SOURCES });
  assert.equal(samples(text).get("flowlord_published_messages_total"), "4");
});

test("a database that cannot be read takes only its own figures away", async () => {
  const sources: MetricSources = {
    ...SOURCES,
    counts: async () => {
      throw new Error("disk I/O error");
    },
  };
  const found = samples((await metricsText({ counts: createCounts(), sources })).text);
  assert.equal(found.get("flowlord_task_records"), undefined);
  assert.equal(found.get("flowlord_published_messages_total"), "0");
});

test("a database that does not answer while it does not work keeps no scrape waiting", async () => {
  const sources: MetricSources = {
    ...SOURCES,
    status: () => ({ ...SOURCES.status(), store: { working: false, reason: "locked", integrity: "checked" } }),
    counts: () => new Promise(() => undefined),
  };
  const found = samples((await metricsText({ counts: createCounts(), sources })).text);
  assert.equal(found.get('flowlord_working{part="store"}'), "0");
  assert.equal(found.has("flowlord_task_records"), false);
});

test("a scrape tells how far behind the bucket is, when something is stored between two backups", async () => {
  const lag = async (continuous: { readonly lagMs: number } | null): Promise<string | undefined> => {
    const sources = { ...SOURCES, continuous: () => continuous };
    return samples((await metricsText({ counts: createCounts(), sources })).text).get("flowlord_backup_lag_seconds");
  };
  assert.equal(await lag({ lagMs: 1500 }), "1.5");
  assert.equal(await lag(null), undefined);
});

test("a scrape tells how large the database is, and leaves out what nobody knows yet", async () => {
  const scrape = async (database: DatabaseSource): Promise<ReadonlyMap<string, string>> =>
    samples((await metricsText({ counts: createCounts(), sources: { ...SOURCES, database } })).text);
  const found = await scrape(MEASURED_DATABASE);
  const expected = {
    flowlord_database_wal_bytes: "4000000",
    flowlord_database_free_bytes: "100000000",
    flowlord_database_max_bytes: "1000000000",
    flowlord_database_growth_bytes_per_day: "50000000",
    flowlord_database_days_until_limit: "10",
    flowlord_database_checked_timestamp_seconds: "1767225600",
    flowlord_database_analyzed_timestamp_seconds: "1767225600",
    flowlord_database_damaged: "0",
    flowlord_intake_open: "1",
    'flowlord_disk_free_bytes{path="/data"}': "5000000000",
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(found.get(name), value, name);
  const fresh = await scrape({
    size: async () => ({ ...(await MEASURED_DATABASE.size()), growth_per_day: null, checked: null, analyzed: null }),
    maxSize: 0,
    disks: () => [],
    refusal: () => "the disk is full",
  });
  const left = [...fresh.keys()].filter((name) => /^flowlord_(?:database|disk|intake)_/.test(name));
  assert.deepEqual(left, [
    "flowlord_database_damaged",
    "flowlord_database_bytes",
    "flowlord_database_wal_bytes",
    "flowlord_database_free_bytes",
    "flowlord_intake_open",
  ]);
  assert.equal(fresh.get("flowlord_intake_open"), "0");
});
