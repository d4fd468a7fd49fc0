import { hostname } from "node:os";
import { metricsAnswer } from "../../contract/api/instance/metrics-api.ts";
import { daysUntilLimit, type MaintenanceRun } from "../../contract/live/database-metrics.ts";
import { route } from "../api/route.ts";
import { busAnswer } from "../bus-report.ts";
import { LoopDelay } from "../loop-delay.ts";
import type { Buckets } from "../metrics.ts";

/** Measured from the first request on, apart from that of `/metrics`: each begins anew where it is read. */
const loopDelay = new LoopDelay(20);

export const ROUTES = [
  route({
    method: "GET",
    path: "/api/metrics",
    summary: "How the instance does: database, queues, commits, queries, bus.",
    role: "viewer",
    answer: metricsAnswer,
    async handle(_call, { metrics: { counts, sources }, reads, runtime, live, instance }) {
      const [size, stored, queries] = await Promise.all([
        reads.databaseSize(runtime.now()),
        sources.counts(),
        reads.timings(),
      ]);
      const { cache, tables, measured, checked, analyzed, ...file } = size;
      const { maxSize = 0, disks } = sources.database ?? {};
      return {
        database: {
          ...file,
          max_size: maxSize === 0 ? null : maxSize,
          days_until_limit: daysUntilLimit(size, size.growth_per_day, maxSize),
          measured: runOf(measured),
          checked: runOf(checked),
          integrity: sources.status().store.integrity,
          analyzed: runOf(analyzed),
          tables: [...tables],
        },
        disks: [...(disks?.() ?? [])],
        page_cache: { reader: cache },
        group_size: spread(counts.groupSize, 1),
        commit_ms: spread(counts.commitSeconds, 1000),
        tick_lag_ms: spread(counts.tickLagSeconds, 1000),
        queues: { outbox: stored.outbox, ...stored.open, dead_letters: stored.deadLetters },
        process: {
          started_at: new Date(performance.timeOrigin).toISOString(),
          host: hostname(),
          pid: process.pid,
          memory: process.memoryUsage.rss(),
          memory_limit: memoryLimit(),
          live_listeners: live.listeners,
          log_dirs: [...instance.logDirs],
        },
        event_loop_delay_ms: loopDelay.take(),
        queries: [...queries],
        bus: busAnswer(sources.bus()),
      };
    },
  }),
];

/** Of the container, if there is one; the system says 0, or more than anybody has, where there is none. */
function memoryLimit(): number | null {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < 2 ** 50 ? limit : null;
}

function runOf(run: MaintenanceRun | null): { at: string; ms: number } | null {
  return run === null ? null : { at: new Date(run.at).toISOString(), ms: run.ms };
}

function spread(buckets: Buckets, factor: number) {
  const { count, sum } = buckets;
  const at = (share: number): number | null => {
    const bound = buckets.quantile(share);
    return bound === null ? null : bound * factor;
  };
  return { count, mean: count === 0 ? 0 : (sum / count) * factor, p50: at(0.5), p99: at(0.99) };
}
