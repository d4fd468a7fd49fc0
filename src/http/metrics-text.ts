import { setTimeout } from "node:timers/promises";
import { AggregatorRegistry } from "prom-client";
import { connectionMetrics } from "./connection-metrics.ts";
import { daysUntilLimit, type DatabaseSize } from "../contract/live/database-metrics.ts";
import { LoopDelay } from "./loop-delay.ts";
import type { Metric, Sample } from "./metric.ts";
import type { Buckets, Metrics } from "./metrics.ts";
import { NOTHING_HELD, PARTS } from "./status-report.ts";

export interface MetricsText {
  /** For the header. */
  readonly contentType: string;
  readonly text: string;
}

/** How long a scrape waits for the database while that does not work: the other metrics are needed then. */
const READ_WITHIN_MS = 50;

/** Measured from the first scrape on. */
const loopDelay = new LoopDelay(20);

/**
 * All metrics of this instance in the text format of Prometheus. They are counted as plain numbers elsewhere, so they are
 * passed to prom-client in the form in which one process passes its metrics to another.
 */
export async function metricsText(metrics: Metrics): Promise<MetricsText> {
  const all = [
    ...counters(metrics),
    ...histograms(metrics),
    ...instanceGauges(metrics),
    ...connectionMetrics(metrics.sources.bus()),
    ...(await storeGauges(metrics)),
    ...diskGauges(metrics),
    ...backupGauges(metrics),
    ...processMetrics(),
  ];
  const registry = AggregatorRegistry.aggregate([all]);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function one(type: "counter" | "gauge", name: string, help: string, value: number): Metric {
  return { name, help, type, values: [{ labels: {}, value }], aggregator: "sum" };
}

function labelled(
  type: "counter" | "gauge",
  name: string,
  help: string,
  label: string,
  values: readonly (readonly [string, number])[],
): Metric {
  const samples = values.map(([text, value]) => ({ labels: { [label]: text }, value }));
  return { name, help, type, values: samples, aggregator: "sum" };
}

function histogram(name: string, help: string, { bounds, counts, count, sum }: Buckets): Metric {
  let below = 0;
  const buckets = bounds.map((le, index) => {
    below += counts[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le }, value: below };
  });
  const values: Sample[] = [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { le: "+Inf" }, value: count },
    { metricName: `${name}_sum`, labels: {}, value: sum },
    { metricName: `${name}_count`, labels: {}, value: count },
  ];
  return { name, help, type: "histogram", values, aggregator: "sum" };
}

function counters({ counts, sources }: Metrics): readonly Metric[] {
  const results = Object.entries(counts.results);
  return [
    labelled("counter", "flowlord_results_total", "Results recorded for tasks, by result.", "result", results),
    one(
      "counter",
      "flowlord_done_messages_total",
      "Messages of the done topic that are committed.",
      counts.doneMessages,
    ),
    one("counter", "flowlord_dead_letters_total", "Messages that could not be understood.", counts.deadLetters),
    one("counter", "flowlord_file_events_total", "File events received.", counts.fileEvents),
    one("counter", "flowlord_published_messages_total", "Messages that the bus confirmed.", counts.published),
    one("counter", "flowlord_refused_messages_total", "Messages that the bus refused at first.", counts.refused),
    one("counter", "flowlord_logs_deleted_total", "Logs of tasks that were too old or too many.", counts.logsDeleted),
    one("counter", "flowlord_bus_reconnects_total", "Reconnects to the bus.", sources.bus().reconnects),
  ];
}

function histograms({ counts }: Metrics): readonly Metric[] {
  return [
    histogram("flowlord_group_size", "Messages that went through one transaction together.", counts.groupSize),
    histogram("flowlord_commit_seconds", "Time of one such transaction.", counts.commitSeconds),
    histogram("flowlord_tick_lag_seconds", "How long after its moment a tick was fired.", counts.tickLagSeconds),
  ];
}

function instanceGauges({ sources }: Metrics): readonly Metric[] {
  const report = sources.status();
  const working = PARTS.map((part) => [part, report[part].working ? 1 : 0] as const);
  return [
    labelled("gauge", "flowlord_working", "1 when this part of the instance works.", "part", working),
    one("gauge", "flowlord_database_damaged", "1 once damage was found.", report.store.integrity === "broken" ? 1 : 0),
    labelled("gauge", "flowlord_info", "Always 1; the label is the version.", "version", [[sources.version, 1]]),
    one("gauge", "flowlord_bus_in_flight", "Deliveries not yet acknowledged.", sources.bus().inFlight),
    labelled(
      "gauge",
      "flowlord_restore_held",
      "What waits for a decision after a restore of the database.",
      "kind",
      Object.entries(sources.steering?.().restore_held ?? NOTHING_HELD),
    ),
  ];
}

async function storeGauges({ sources }: Metrics): Promise<readonly Metric[]> {
  // `working{part="store"}` shows that the database cannot be read; the other metrics must still be served.
  const reading = Promise.all([sources.counts(), sources.database?.size()]).catch(() => null);
  const isWorking = sources.status().store.working;
  const read = await (isWorking ? reading : Promise.race([reading, setTimeout(READ_WITHIN_MS, null)]));
  if (read === null) return [];
  const [counts, size] = read;
  return [
    one("gauge", "flowlord_task_records", "Task records in the database.", counts.records),
    one("gauge", "flowlord_unfinished_tasks", "Task records without a result.", counts.unfinished),
    labelled(
      "gauge",
      "flowlord_tasks",
      "Tasks by state, of each type and job at most 100000.",
      "state",
      Object.entries(counts.open),
    ),
    one("gauge", "flowlord_outbox_rows", "Messages decided and not yet confirmed by the bus.", counts.outbox),
    one("gauge", "flowlord_open_dead_letters", "Dead letters that were not redriven.", counts.deadLetters),
    one("gauge", "flowlord_database_bytes", "Size of the database file.", counts.bytes),
    ...(size === undefined ? [] : sizeGauges(size, sources.database?.maxSize ?? 0)),
  ];
}

/** What is not known yet has no metric. */
function sizeGauges(size: DatabaseSize, maxSize: number): readonly Metric[] {
  const { growth_per_day: growth, checked, analyzed } = size;
  const days = daysUntilLimit(size, growth, maxSize);
  return [
    one("gauge", "flowlord_database_wal_bytes", "Size of the -wal beside it.", size.wal),
    one("gauge", "flowlord_database_free_bytes", "Of the database file: pages that hold nothing.", size.free),
    ...known("flowlord_database_max_bytes", "Limit of the database file.", maxSize === 0 ? null : maxSize),
    ...known("flowlord_database_growth_bytes_per_day", "Growth of its tables over seven days.", growth),
    ...known("flowlord_database_days_until_limit", "Days until the tables fill the limit.", days),
    ...known(
      "flowlord_database_checked_timestamp_seconds",
      "When it was last found free of damage, seconds since 1970.",
      checked === null ? null : checked.at / 1000,
    ),
    ...known(
      "flowlord_database_analyzed_timestamp_seconds",
      "When the statistics of its tables were last refreshed, seconds since 1970.",
      analyzed === null ? null : analyzed.at / 1000,
    ),
  ];
}

function known(name: string, help: string, value: number | null): readonly Metric[] {
  return value === null ? [] : [one("gauge", name, help, value)];
}

function diskGauges({ sources: { database } }: Metrics): readonly Metric[] {
  if (database === undefined) return [];
  const free = database.disks().map((disk) => [disk.path, disk.free] as const);
  return [
    one("gauge", "flowlord_intake_open", "0 while no messages are taken in.", database.refusal() === null ? 1 : 0),
    ...(free.length === 0
      ? []
      : [labelled("gauge", "flowlord_disk_free_bytes", "Space that is left on the disk.", "path", free)]),
  ];
}

function backupGauges({ sources }: Metrics): readonly Metric[] {
  const lag = sources.continuous?.()?.lagMs ?? null;
  const help = "With backup.mode = continuous: how far behind the bucket is.";
  return known("flowlord_backup_lag_seconds", help, lag === null ? null : lag / 1000);
}

function processMetrics(): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const start = Date.now() / 1000 - process.uptime();
  return [
    labelled(
      "gauge",
      "flowlord_event_loop_delay_seconds",
      "Delay since the previous scrape.",
      "quantile",
      loopDelays(),
    ),
    one("counter", "process_cpu_seconds_total", "User and system CPU time.", (user + system) / 1e6),
    one("gauge", "process_resident_memory_bytes", "Resident memory.", process.memoryUsage.rss()),
    one("gauge", "process_start_time_seconds", "Start of the process, seconds since 1970.", start),
  ];
}

function loopDelays(): readonly (readonly [string, number])[] {
  const { p50, p99, max } = loopDelay.take();
  return [
    ["0.5", p50 / 1000],
    ["0.99", p99 / 1000],
    ["1", max / 1000],
  ];
}
